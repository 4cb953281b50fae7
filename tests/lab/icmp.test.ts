// ICMP, IP headers, UDP-Lite, MPTCP, timestamps and the error queue in the lab: no test of these is skipped there.
import "../icmp.test.js";
import "../protocols.test.js";

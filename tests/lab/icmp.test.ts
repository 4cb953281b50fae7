// ICMP, IP headers, UDP-Lite, MPTCP, timestamps and the error queue in the lab: no test of these is
// skipped there.
import "../socket/icmp.test.js";
import "../resolve/protocols.test.js";

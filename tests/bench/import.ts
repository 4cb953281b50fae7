// A program that does nothing but import the package.
import "berkeley-sockets";

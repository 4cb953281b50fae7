// What running a program costs: spent COMMAND… speaks as peer.c describes, an operation is one run of the
// command.
#include "side.h"
#include <sys/wait.h>

int main(int argc, char** argv) {
  if (argc < 2) return fprintf(stderr, "usage: spent COMMAND...\n"), 2;
  puts("port 0"), fflush(stdout);
  char line[32];
  while (fgets(line, sizeof line, stdin)) {
    double used = 0, start = wall();
    for (long i = atol(line); i > 0; i--) {
      int status;
      struct rusage u;
      pid_t child = must(fork(), "fork");
      if (child == 0) execvp(argv[1], argv + 1), _exit(127);
      must(wait4(child, &status, 0, &u), "wait4");
      if (status != 0) return fprintf(stderr, "%s ended with status %d\n", argv[1], status), 1;
      used += (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
    }
    printf("%.0f %.0f\n", used, wall() - start), fflush(stdout);
  }
  return 0;
}

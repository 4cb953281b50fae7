// stdio over a socket: lines by fdopen(3), and the end.
#include "program.h"

int main(void) {
  int ends[2];
  char line[64];
  connected(ends);
  FILE* out = fdopen(ends[0], "w");
  FILE* in = fdopen(ends[1], "r");
  if (out == NULL || in == NULL) return 1;
  for (int i = 0; i < 1000; i++) fprintf(out, "line %d\n", i);
  fclose(out);
  int count = 0;
  while (fgets(line, sizeof line, in) != NULL) {
    char expected[64];
    sprintf(expected, "line %d\n", count);
    if (strcmp(line, expected) != 0) printf("line %d is wrong\n", count);
    count++;
  }
  printf("%d lines, end %d, error %d\n", count, feof(in) != 0, ferror(in) != 0);
  fclose(in);
}

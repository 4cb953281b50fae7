// Numbers of descriptors: the lowest free one comes again, a closed one is nobody's, files have theirs.
#include "program.h"
#include <sys/stat.h>

int main(void) {
  int first = MUST(socket(AF_INET, SOCK_STREAM, 0)), second = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  struct sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  struct stat what;
  printf("in order: %d\n", first < second);
  TELL(close(first));
  TELL(close(first));
  int again = MUST(socket(AF_UNIX, SOCK_DGRAM, 0));
  printf("the same number: %d\n", again == first);
  MUST(getsockname(again, (struct sockaddr*)&address, &length));
  printf("another family: %d\n", address.sin_family == AF_UNIX);
  printf("from a number on: %d\n", fcntl(again, F_DUPFD, second + 10) == second + 10);
  TELL(fstat(again, &what));
  printf("a socket: %d, a file: %d\n", S_ISSOCK(what.st_mode), S_ISREG(what.st_mode));
  printf("a terminal: %d\n", isatty(again));
  TELL(lseek(again, 0, SEEK_SET));
  char path[] = "/tmp/numbers-XXXXXX";
  int file = MUST(mkstemp(path));
  TELL(listen(file, 1));
  TELL(bind(file, (struct sockaddr*)&address, sizeof address));
  printf("a file's mode: %d\n", fstat(file, &what) == 0 && S_ISREG(what.st_mode));
  unlink(path);
  close(file);
  close(again);
  close(second);
  TELL(close(second));
  TELL(listen(second, 1));
  TELL(fstat(second, &what));
  TELL(write(second, "x", 1));
  TELL(listen(-1, 1));
  TELL(close(900));
}

// AF_UNIX streams by a path in the folder that is named, and by an abstract name.
#include "program.h"
#include <stddef.h>

int main(int argc, char** argv) {
  struct sockaddr_un address = {.sun_family = AF_UNIX}, name;
  socklen_t length = sizeof name;
  char bytes[64];
  if (argc < 2) return 1;
  snprintf(address.sun_path, sizeof address.sun_path, "%s/stream", argv[1]);
  int listener = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  TELL(bind(listener, (struct sockaddr*)&address, sizeof address));
  TELL(listen(listener, 5));
  MUST(getsockname(listener, (struct sockaddr*)&name, &length));
  printf("name: %d, length right: %d\n", strcmp(name.sun_path, address.sun_path),
         length == offsetof(struct sockaddr_un, sun_path) + strlen(address.sun_path) + 1);
  int client = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  TELL(connect(client, (struct sockaddr*)&address, sizeof address));
  length = sizeof name;
  int server = MUST(accept(listener, (struct sockaddr*)&name, &length));
  printf("the client has no name: %u bytes\n", (unsigned)length);
  TELL(send(client, "by a path", 9, 0));
  show("received", bytes, recv(server, bytes, sizeof bytes, 0));
  close(client);
  TELL(send(server, "x", 1, MSG_NOSIGNAL));
  close(server);
  int twice = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  TELL(bind(twice, (struct sockaddr*)&address, sizeof address));
  snprintf(address.sun_path, sizeof address.sun_path, "%s/nobody", argv[1]);
  TELL(connect(twice, (struct sockaddr*)&address, sizeof address));

  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  int size = snprintf(address.sun_path + 1, 100, "berkeley-sockets-c%s", argv[1]);
  length = offsetof(struct sockaddr_un, sun_path) + 1 + size;
  int abstract = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  TELL(bind(abstract, (struct sockaddr*)&address, length));
  TELL(listen(abstract, 1));
  client = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  TELL(connect(client, (struct sockaddr*)&address, length));
  server = MUST(accept(abstract, NULL, NULL));
  length = sizeof name;
  MUST(getpeername(client, (struct sockaddr*)&name, &length));
  printf("abstract peer: %d\n", memcmp(&name, &address, length));
  TELL(write(server, "by a name", 9));
  show("received", bytes, read(client, bytes, sizeof bytes));
}

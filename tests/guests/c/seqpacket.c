// AF_UNIX seqpacket: records, and a socket that goes along as a descriptor.
#include "program.h"

static void pass(int fd, int passed) {
  char control[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec part = {"take it", 7};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &passed, sizeof passed);
  tell("sendmsg with a descriptor", sendmsg(fd, &message, 0));
}

static int take(int fd) {
  char bytes[16], control[CMSG_SPACE(sizeof(int))];
  struct iovec part = {bytes, sizeof bytes};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  show("received", bytes, recvmsg(fd, &message, 0));
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == NULL) return -1;
  int passed;
  memcpy(&passed, CMSG_DATA(header), sizeof passed);
  printf("level %d, type %d, one descriptor: %d, flags of the end: %d\n", header->cmsg_level,
         header->cmsg_type, header->cmsg_len == CMSG_LEN(sizeof(int)), (message.msg_flags & MSG_EOR) != 0);
  return passed;
}

int main(int argc, char** argv) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct sockaddr_in first, second;
  char bytes[16];
  if (argc < 2) return 1;
  snprintf(address.sun_path, sizeof address.sun_path, "%s/seqpacket", argv[1]);
  int listener = MUST(socket(AF_UNIX, SOCK_SEQPACKET, 0));
  TELL(bind(listener, (struct sockaddr*)&address, sizeof address));
  TELL(listen(listener, 5));
  int client = MUST(socket(AF_UNIX, SOCK_SEQPACKET, 0));
  TELL(connect(client, (struct sockaddr*)&address, sizeof address));
  int server = MUST(accept(listener, NULL, NULL));
  TELL(send(client, "one", 3, 0));
  TELL(send(client, "two and more", 12, 0));
  show("record", bytes, recv(server, bytes, sizeof bytes, 0));
  show("record, cut", bytes, recv(server, bytes, 3, 0));

  int sender = bound(SOCK_DGRAM, &first), receiver = bound(SOCK_DGRAM, &second);
  pass(client, receiver);
  close(receiver);
  int passed = take(server);
  MUST(sendto(sender, "through it", 10, 0, (struct sockaddr*)&second, sizeof second));
  show("the passed socket", bytes, recv(passed, bytes, sizeof bytes, 0));
  struct msghdr none = {0};
  char control[CMSG_SPACE(sizeof(int))];
  none.msg_control = control;
  none.msg_controllen = sizeof control;
  struct cmsghdr* header = (struct cmsghdr*)control;
  *header = (struct cmsghdr){.cmsg_len = CMSG_LEN(4), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
  int nobodys = 900;
  memcpy(CMSG_DATA(header), &nobodys, sizeof nobodys);
  TELL(sendmsg(client, &none, 0));
  close(client);
  TELL(recv(server, bytes, sizeof bytes, 0));
}

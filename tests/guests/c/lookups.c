// Names: numeric ones, the loopback's, services, errors of lookups, addresses back to text.
#include "program.h"
#include <netdb.h>

static void look(const char* node, const char* service, int flags, int family, int type) {
  struct addrinfo hints = {.ai_flags = flags, .ai_family = family, .ai_socktype = type}, *list;
  int status = getaddrinfo(node, service, &hints, &list);
  printf("%s %s:", node == NULL ? "-" : node, service == NULL ? "-" : service);
  if (status != 0) {
    printf(" status %d\n", status);
    return;
  }
  for (struct addrinfo* one = list; one != NULL; one = one->ai_next) {
    char host[64], port[16];
    status = getnameinfo(one->ai_addr, one->ai_addrlen, host, sizeof host, port, sizeof port,
                         NI_NUMERICHOST | NI_NUMERICSERV);
    if (status != 0) {
      printf(" getnameinfo %d;", status);
    } else {
      printf(" %s %s family %d type %d protocol %d %u bytes;", host, port, one->ai_family, one->ai_socktype,
             one->ai_protocol, (unsigned)one->ai_addrlen);
    }
  }
  printf("\n");
  freeaddrinfo(list);
}

int main(void) {
  look("127.0.0.1", "80", AI_NUMERICHOST, AF_INET, SOCK_STREAM);
  look("::1", "53", AI_NUMERICHOST, AF_INET6, SOCK_DGRAM);
  look(NULL, "8080", AI_PASSIVE, AF_INET, SOCK_STREAM);
  look("localhost", "80", 0, AF_INET, SOCK_STREAM);
  look("127.0.0.1", NULL, 0, AF_UNSPEC, SOCK_STREAM);
  look("127.0.0.1", "no number", AI_NUMERICSERV, AF_INET, SOCK_STREAM);
  look("example.org", "80", AI_NUMERICHOST, AF_INET, SOCK_STREAM);
  look("127.0.0.1", "80", 0, 99, SOCK_STREAM);
  struct sockaddr_in address = loopback(80);
  char host[64], service[16], small[4];
  printf("name %d %s\n",
         getnameinfo((struct sockaddr*)&address, sizeof address, host, sizeof host, service, sizeof service,
                     NI_NUMERICSERV),
         host);
  printf("room %d\n", getnameinfo((struct sockaddr*)&address, sizeof address, small, sizeof small, NULL, 0,
                                  NI_NUMERICHOST));
  struct hostent* entry = gethostbyname("localhost");
  if (entry == NULL) {
    printf("no entry\n");
  } else {
    printf("%s: family %d, %d bytes, %s\n", entry->h_name, entry->h_addrtype, entry->h_length,
           inet_ntoa(*(struct in_addr*)entry->h_addr_list[0]));
  }
  struct hostent given, *found = NULL;
  char room[512];
  int failed = 0;
  printf("into a room: %d, ", gethostbyname_r("localhost", &given, room, sizeof room, &found, &failed));
  printf("%d, %s\n", found == &given,
         found == NULL ? "-" : inet_ntoa(*(struct in_addr*)found->h_addr_list[0]));
  printf("too small: %d\n", gethostbyname_r("localhost", &given, room, 4, &found, &failed) == ERANGE);
  struct protoent* protocol = getprotobyname("udp");
  printf("udp: %d\n", protocol == NULL ? -1 : protocol->p_proto);
}

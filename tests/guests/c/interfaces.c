// What the machine is: interfaces by name and number, the host's name.
#include "program.h"
#include <net/if.h>

int main(void) {
  char name[IF_NAMESIZE], host[256];
  unsigned index = if_nametoindex("lo");
  printf("lo has a number: %d\n", index != 0);
  printf("its name: %s\n", if_indextoname(index, name) == NULL ? error_name(errno) : name);
  unsigned nobody = if_nametoindex("nobody0");
  printf("nobody's number: %u, %s\n", nobody, error_name(errno));
  printf("nobody's name: %s\n", if_indextoname(999999, name) == NULL ? error_name(errno) : name);
  struct if_nameindex* all = if_nameindex();
  int found = 0;
  if (all == NULL) {
    printf("if_nameindex: %s\n", error_name(errno));
  } else {
    for (struct if_nameindex* one = all; one->if_index != 0; one++)
      found += one->if_index == index && strcmp(one->if_name, "lo") == 0;
    if_freenameindex(all);
  }
  printf("lo in the list: %d\n", found);
  TELL(gethostname(host, sizeof host));
  printf("%s\n", host);
}

// Structs of AF_BLUETOOTH as the kernel has them (include/net/bluetooth/), whose headers few machines have:
// only for layout.cc, so that the compiler lays them out.
#pragma once
#include <cstdint>
#include <sys/socket.h>

namespace bluetooth {

struct bdaddr_t {
  uint8_t b[6];
};

struct sockaddr_l2 {
  sa_family_t family;
  uint16_t psm;
  bdaddr_t bdaddr;
  uint16_t cid;
  uint8_t type;
};
struct sockaddr_hci {
  sa_family_t family;
  unsigned short dev, channel;
};
struct sockaddr_sco {
  sa_family_t family;
  bdaddr_t bdaddr;
};
struct sockaddr_rc {
  sa_family_t family;
  bdaddr_t bdaddr;
  uint8_t channel;
};
struct sockaddr_iso {
  sa_family_t family;
  bdaddr_t bdaddr;
  uint8_t type;
};

struct hci_filter {
  uint32_t type_mask, event_mask[2];
  uint16_t opcode;
};
struct bt_security {
  uint8_t level, key_size;
};
struct bt_voice {
  uint16_t setting;
};
struct bt_power {
  uint8_t force_active;
};
struct l2cap_options {
  uint16_t omtu, imtu, flush_to;
  uint8_t mode, fcs, max_tx;
  uint16_t txwin_size;
};
struct conninfo {
  uint16_t hci_handle;
  uint8_t dev_class[3];
};
struct sco_options {
  uint16_t mtu;
};

struct io_qos {
  uint32_t interval;
  uint16_t latency, sdu;
  uint8_t phy, rtn;
};
struct ucast_qos {
  uint8_t cig, cis, sca, packing, framing;
  io_qos in, out;
};
struct bcast_qos {
  uint8_t big, bis, sync_factor, packing, framing;
  io_qos in, out;
  uint8_t encryption, bcode[16], options;
  uint16_t skip, sync_timeout;
  uint8_t sync_cte_type, mse;
  uint16_t timeout;
};
struct bt_iso_qos {
  union {
    ucast_qos ucast;
    bcast_qos bcast;
  };
};

}  // namespace bluetooth

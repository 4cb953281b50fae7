#!/bin/sh
# PID 1 of the lab: loads the modules, makes interfaces, puts an overlay above the host's files
# (9p, read-only), and runs what machine.ts sends. Three virtio ports: `ctl` brings a line for
# each command, `out` and `err` take its output, then the mark. Where something fails it ends and
# qemu with it; the reason is on the console.
set -e
export PATH=/bin:/sbin
/bin/busybox --install -s /bin
trap 'poweroff -f' EXIT
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t cgroup2 cgroup2 /cgroup
while read -r module; do insmod "$module"; done < /modules.boot
for port in /sys/class/virtio-ports/*; do
  case $(cat "$port/name") in
    ctl) exec 3< "/dev/${port##*/}" ;;
    out) exec 4> "/dev/${port##*/}" ;;
    err) exec 5> "/dev/${port##*/}" ;;
  esac
done

xargs modprobe -a < /modules.load
hostname lab
echo '0 2147483647' > /proc/sys/net/ipv4/ping_group_range
ip link set lo up
for name in vcan0 vcan1; do ip link add $name type vcan; ip link set $name mtu 72; ip link set $name up; done
ip link add veth1 type veth # its other end becomes veth0
[ -e /sys/class/net/dummy0 ] || ip link add dummy0 type dummy
for name in veth0 veth1 dummy0; do ip link set $name up; done
ulimit -n 65536

# A snapshot is taken here: nothing of the host's is mounted yet, and the time is set after it.
echo ready >&4
read -r now <&3
date -s "@$now" > /dev/null
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,ro,cache=loose host /host
for file in /sys/class/bdi/9p-*/read_ahead_kb; do echo 1024 > "$file"; done
mount -t tmpfs -o size=75% tmpfs /over
mkdir /over/upper /over/work
mount -t overlay -o lowerdir=/host,upperdir=/over/upper,workdir=/over/work,xino=off overlay /guest
mount -t proc proc /guest/proc
mount -t sysfs sys /guest/sys
mount -t devtmpfs dev /guest/dev
mkdir -p /guest/dev/pts /guest/dev/shm
mount -t devpts -o mode=620,ptmxmode=666 devpts /guest/dev/pts
mount -t tmpfs shm /guest/dev/shm
mount -t tmpfs run /guest/run
ln -s /proc/self/fd /guest/dev/fd
for n in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${n%:*}" "/guest/dev/${n#*:}"; done
mkdir -p /guest/lib/modules /guest/run/lab/bin
mount -o bind /lib/modules /guest/lib/modules
cp /bin/busybox /guest/run/lab/bin/
for name in ip modprobe; do ln -s busybox /guest/run/lab/bin/$name; done

mkfifo /tmp/out /tmp/err
while read -r mark seconds command <&3; do
  echo "$command" | base64 -d > /guest/run/lab/command
  group=/cgroup/$mark
  mkdir "$group"
  cat /tmp/out >&4 & out=$!
  cat /tmp/err >&5 & err=$!
  (sleep "$seconds"; echo 1 > "$group/cgroup.kill") & limit=$!
  status=0
  (echo 0 > "$group/cgroup.procs"; exec chroot /guest /bin/sh /run/lab/command) < /dev/null > /tmp/out 2> /tmp/err 3<&- 4>&- 5>&- || status=$?
  echo 1 > "$group/cgroup.kill" # what the command left running
  kill $limit 2> /dev/null || true # gone when it was late
  wait $out $err
  echo "$mark $status" >&4
  echo "$mark" >&5
done

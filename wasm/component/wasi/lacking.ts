// The system calls that WASI 0.2 has not: ENOSYS.
import { ENOSYS, fail, isOpen } from "./syscalls";

export function sys_pair(family: i32, type: i32, protocol: i32, out: usize): void {
  fail(out, ENOSYS);
}
export function sys_receive_many(
  fd: i32,
  count: u32,
  length: u32,
  control: u32,
  flags: i32,
  out: usize,
): void {
  if (isOpen(fd, out)) fail(out, ENOSYS);
}
export function sys_send_many(fd: i32, datagrams: usize, count: u32, flags: i32, out: usize): void {
  if (isOpen(fd, out)) fail(out, ENOSYS);
}
export function sys_setsockopt(
  fd: i32,
  level: i32,
  option: i32,
  value: usize,
  length: u32,
  out: usize,
): void {
  if (isOpen(fd, out)) fail(out, ENOSYS);
}
export function sys_ioctl(fd: i32, request: u32, argument: usize, length: u32, out: usize): void {
  if (isOpen(fd, out)) fail(out, ENOSYS);
}
export function sys_duplicate(fd: i32, out: usize): void {
  if (isOpen(fd, out)) fail(out, ENOSYS);
}

// The system calls that WASI 0.2 has not: ENOSYS.
import { ENOSYS, fail, isOpen } from "./syscalls";

export function sys_pair(_family: i32, _type: i32, _protocol: i32, out: usize): void {
  fail(out, ENOSYS);
}
export function sys_receive_many(
  fd: i32,
  _count: u32,
  _length: u32,
  _control: u32,
  _flags: i32,
  out: usize,
): void {
  if (isOpen(fd, out)) fail(out, ENOSYS);
}
export function sys_send_many(fd: i32, _datagrams: usize, _count: u32, _flags: i32, out: usize): void {
  if (isOpen(fd, out)) fail(out, ENOSYS);
}
export function sys_setsockopt(
  fd: i32,
  _level: i32,
  _option: i32,
  _value: usize,
  _length: u32,
  out: usize,
): void {
  if (isOpen(fd, out)) fail(out, ENOSYS);
}
export function sys_ioctl(fd: i32, _request: u32, _argument: usize, _length: u32, out: usize): void {
  if (isOpen(fd, out)) fail(out, ENOSYS);
}
export function sys_duplicate(fd: i32, out: usize): void {
  if (isOpen(fd, out)) fail(out, ENOSYS);
}

// codec.wasm: what it exports. Offsets and layouts are globals, everything else a function of integers.
export { MESSAGE, MESSAGE_SIZE, ADDRESS, ADDRESS_SIZE, TEXT, TEXT_SIZE, CELLS, CELL_SIZE, CELL_COUNT, IMAGE, IMAGE_SIZE } from "./memory";
export { pton4, pton6, aton, ntop4, ntop6 } from "./text";
export { cmsg_len, cmsg_space, cmsg_encode, cmsg_decode, cmsg_header } from "./cmsg";
export { layout_size, layout_count, layout_field, layout_encode, layout_decode } from "./layout";
export { family_number } from "./registry";
export { sockaddr_family, sockaddr_encode } from "./sockaddr";

export { unix_encode, unix_decode, unix_path, sockaddr_un } from "./family/unix";
export { inet_encode, inet_encode_number, inet_decode, inet_number, inet_text, sockaddr_in } from "./family/inet";
export { inet6_encode, inet6_decode, inet6_text, sockaddr_in6 } from "./family/inet6";

export { linger as struct_linger } from "./struct/linger";

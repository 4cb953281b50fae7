// The types of the surface: constants that carry their family's address, the address tuples, data in and out.

declare const carried: unique symbol;

/** An address family number that knows its address type: `AF_INET: Family<InetAddress>`. */
export type Family<A> = number & { readonly [carried]?: (address: A) => A };
/** A protocol number that knows its address type, where a family has several: `CAN_ISOTP: Protocol<CanIsotpAddress>`. */
export type Protocol<A> = number & { readonly [carried]?: { protocol: (address: A) => A } };

/** AF_UNIX, unix(7): a path; bytes with a leading 0 are an abstract name; "" lets Linux choose one. */
export type UnixAddress = string | Uint8Array;
/** AF_INET, ip(7): "" is INADDR_ANY, "<broadcast>" INADDR_BROADCAST; names go to the resolver. */
export type InetAddress = [host: string, port: number];
/** AF_INET6, ipv6(7), as it comes out. */
export type Inet6Address = [host: string, port: number, flowinfo: number, scopeid: number];
/** AF_INET6 as it goes in: flowinfo (0..2^20-1) and scope id may be left out, `%zone` may follow the host. */
export type Inet6AddressIn = [host: string, port: number, flowinfo?: number, scopeid?: number];
/** A family that has no tuple of its own: its number and the bytes after it. */
export type UnknownAddress = [family: number, bytes: Uint8Array];

/** What a socket of a family accepts where it gives `A`. */
export type AddressIn<A> = A extends Inet6Address ? Inet6AddressIn : A extends InetAddress ? Readonly<A> | [host: Uint8Array, port: number] : A;

/** A name for the resolver or the system: text or its bytes. */
export type HostName = string | Uint8Array;
/** One result of getaddrinfo(3). */
export type AddrInfo<A> = [family: Family<A>, type: number, proto: number, canonname: string, sockaddr: A];
/** struct hostent: a host's name, its aliases, its addresses. */
export type HostInfo = [hostname: string, aliases: string[], addresses: string[]];

/** Bytes to send: any view or buffer; a string is sent as UTF-8. */
export type Data = ArrayBufferView | ArrayBufferLike | string;
/** Where received bytes go. */
export type WritableBytes = ArrayBufferView | ArrayBufferLike;

/** One control message: cmsg_level, cmsg_type, cmsg_data. */
export type AncillaryItem = [level: number, type: number, data: Uint8Array];

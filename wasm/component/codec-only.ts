// codec.component.wasm: the world `codec-only`, which imports nothing.
export { cabi_realloc } from "./arena";
export {
  codec_decode_address,
  codec_decode_control,
  codec_encode_address,
  codec_encode_control,
  codec_ntop,
  codec_pton,
} from "./codec";

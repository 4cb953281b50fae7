// A program that does nothing: what import.ts is compared with.
export {};

/** A server that ends TLS in front of the product. */
export interface Proxy {
  /** Where it speaks TLS, on 127.0.0.1. */
  port: number;
  /** Where it speaks plain HTTP, to send people on. */
  plainPort: number;
  /** What it says about its configuration. */
  checked: string;
  stop(): Promise<void>;
}

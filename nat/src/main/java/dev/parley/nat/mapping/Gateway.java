package dev.parley.nat.mapping;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The default gateway of one family.
 *
 * @param local our address towards it, which it will forward to
 * @param pcp where it takes PCP and NAT-PMP
 * @param ssdp where to ask for UPnP devices
 */
record Gateway(InetAddress local, InetSocketAddress pcp, InetSocketAddress ssdp) {
  private static final InetSocketAddress SSDP = new InetSocketAddress("239.255.255.250", 1900);

  static Gateway of(InetAddress address, InetAddress local) {
    return new Gateway(local, new InetSocketAddress(address, PcpCodec.PORT), SSDP);
  }

  InetAddress address() {
    return pcp.getAddress();
  }

  boolean isIpv4() {
    return address() instanceof Inet4Address;
  }
}

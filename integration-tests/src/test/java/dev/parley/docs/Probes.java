package dev.parley.docs;

import dev.parley.nat.path.ProbeKeys;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The code of path probes, which is nobody's business but that of its package and of this test. */
final class Probes {
  private Probes() {}

  static byte[] code(byte[] localSecret, byte[] remoteSecret, byte[] covered)
      throws ReflectiveOperationException {
    Method authenticate = ProbeKeys.class.getDeclaredMethod("authenticate", ByteBuffer.class);
    authenticate.setAccessible(true);
    ProbeKeys keys = ProbeKeys.derive(localSecret, remoteSecret, 0, 0);
    return (byte[]) authenticate.invoke(keys, ByteBuffer.wrap(covered));
  }

  static boolean isProbe(byte[] packet) throws ReflectiveOperationException {
    Method parse =
        Class.forName("dev.parley.nat.path.Probe").getDeclaredMethod("parse", ByteBuf.class);
    parse.setAccessible(true);
    return ((Optional<?>) parse.invoke(null, Unpooled.wrappedBuffer(packet))).isPresent();
  }
}

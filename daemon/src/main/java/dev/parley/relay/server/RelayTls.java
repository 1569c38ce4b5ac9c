package dev.parley.relay.server;

import dev.parley.config.RelayConfig.Tls;
import dev.parley.identity.Identity;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Makes the TLS context that the configuration asks for: TLS 1.3 by the JDK. */
final class RelayTls {
  private RelayTls() {}

  /** Null when TLS is off. */
  static @Nullable SslContext context(Tls tls, Identity identity) throws RelayStartException {
    if (tls instanceof Tls.Off) {
      return null;
    }
    try {
      return builder(tls, identity).sslProvider(SslProvider.JDK).protocols("TLSv1.3").build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new RelayStartException(
          "TLS cannot be set up: "
              + e.getMessage()
              + (tls instanceof Tls.Files files
                  ? " (expected PEM: a certificate chain in "
                      + files.certificateChain()
                      + " and its PKCS#8 key in "
                      + files.privateKey()
                      + ")"
                  : ""),
          e);
    }
  }

  private static SslContextBuilder builder(Tls tls, Identity identity) throws RelayStartException {
    if (tls instanceof Tls.Files files) {
      requireReadable("certificate", files.certificateChain());
      requireReadable("key", files.privateKey());
      return SslContextBuilder.forServer(
          files.certificateChain().toFile(), files.privateKey().toFile());
    }
    return SslContextBuilder.forServer(identity.privateKey(), identity.certificate());
  }

  private static void requireReadable(String what, Path file) throws RelayStartException {
    if (!Files.isReadable(file)) {
      throw new RelayStartException(
          "the TLS " + what + " file " + file + " is missing or cannot be read", null);
    }
  }
}

package dev.parley.relay.server;

import dev.parley.config.RelayConfig.Tls;
import dev.parley.identity.Identity;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Makes the TLS context that the configuration asks for: TLS 1.3 by the JDK. */
final class RelayTls {
  private static final String PROTOCOL = "TLSv1.3";

  private RelayTls() {}

  /** Null when TLS is off. */
  static @Nullable SslContext context(Tls tls, Identity identity) throws RelayStartException {
    if (tls instanceof Tls.Off) {
      return null;
    }
    try {
      return tls instanceof Tls.Files files ? ofFiles(files) : ofOwnKey(identity);
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
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

  private static SslContext ofFiles(Tls.Files files) throws RelayStartException, SSLException {
    requireReadable("certificate", files.certificateChain());
    requireReadable("key", files.privateKey());
    return SslContextBuilder.forServer(
            files.certificateChain().toFile(), files.privateKey().toFile())
        .sslProvider(SslProvider.JDK)
        .protocols(PROTOCOL)
        .build();
  }

  /**
   * Without Netty's builder, which reads a certificate of its own to try the JVM out, and to that
   * end all of BouncyCastle: 600 classes and half a second of each start.
   */
  private static SslContext ofOwnKey(Identity identity)
      throws GeneralSecurityException, IOException {
    char[] inMemoryOnly = new char[0];
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, inMemoryOnly);
    keys.setKeyEntry(
        "relay",
        identity.privateKey(),
        inMemoryOnly,
        new X509Certificate[] {identity.certificate()});
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, inMemoryOnly);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return new JdkSslContext(
        context,
        false,
        null,
        IdentityCipherSuiteFilter.INSTANCE,
        ApplicationProtocolConfig.DISABLED,
        ClientAuth.NONE,
        new String[] {PROTOCOL},
        false);
  }

  private static void requireReadable(String what, Path file) throws RelayStartException {
    if (!Files.isReadable(file)) {
      throw new RelayStartException(
          "the TLS " + what + " file " + file + " is missing or cannot be read", null);
    }
  }
}

package dev.parley.relay.client;

import dev.parley.identity.Identity;
import dev.parley.proto.id.PeerId;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Accepts exactly the certificate that carries one key, whoever signed it and whatever its dates:
 * TLS itself proves that the server holds the key.
 *
 * <p>Extended, so that the JDK adds no check of names on top.
 */
final class PinnedTrust extends X509ExtendedTrustManager {
  /** The server proved another key. */
  static final class WrongKeyException extends CertificateException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<PeerId> proved;

    WrongKeyException(Optional<PeerId> proved) {
      super("the server's key is not the one expected");
      this.proved = proved;
    }

    Optional<PeerId> proved() {
      return proved;
    }
  }

  private final PeerId expected;

  PinnedTrust(PeerId expected) {
    this.expected = expected;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    Optional<PeerId> proved =
        chain.length == 0 ? Optional.empty() : Identity.idOf(chain[0].getPublicKey());
    if (!proved.equals(Optional.of(expected))) {
      throw new WrongKeyException(proved);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw notAServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw notAServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw notAServer();
  }

  private static CertificateException notAServer() {
    return new CertificateException("a relay client accepts no clients");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}

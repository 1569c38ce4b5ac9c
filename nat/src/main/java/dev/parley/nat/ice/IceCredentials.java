package dev.parley.nat.ice;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What one side's checks are authenticated with (RFC 8445 §5.3), told to the peer over the link.
 *
 * @param ufrag 4 to {@link #MAX_UFRAG} characters of base64
 * @param password 22 to {@link #MAX_PASSWORD} characters of base64; a secret of the two peers
 */
public record IceCredentials(String ufrag, String password) {
  public static final int MAX_UFRAG = 64;
  public static final int MAX_PASSWORD = 128;

  private static final Pattern UFRAG = Pattern.compile("[A-Za-z0-9+/]{4," + MAX_UFRAG + "}");
  private static final Pattern PASSWORD = Pattern.compile("[A-Za-z0-9+/]{22," + MAX_PASSWORD + "}");

  public IceCredentials {
    if (!isValid(ufrag, password)) {
      throw new IllegalArgumentException("these are no ICE credentials");
    }
  }

  public static boolean isValid(String ufrag, String password) {
    return UFRAG.matcher(ufrag).matches() && PASSWORD.matcher(password).matches();
  }

  byte[] key() {
    return password.getBytes(StandardCharsets.US_ASCII);
  }

  /** Without the password: for logs. */
  @Override
  public String toString() {
    return "IceCredentials[" + ufrag + "]";
  }
}

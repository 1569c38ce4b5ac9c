package dev.parley.nat.mapping;

import com.google.common.net.InetAddresses;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * As much HTTP as a gateway needs: one request per connection, bounded in bytes and in time
 * whatever the other side does. Follows no redirect, and speaks to the gateway's own address only.
 */
final class UpnpHttp {
  /** Descriptions of real gateways have 2 to 20 KB. */
  static final int MAX_BYTES = 128 * 1024;

  /** In all, from the connection to the last byte. */
  static final int TOTAL_MILLIS = 4_000;

  private static final String END_OF_HEADERS = "\r\n\r\n";

  private final Gateway gateway;

  UpnpHttp(Gateway gateway) {
    this.gateway = gateway;
  }

  /** A status and a body. */
  record Reply(int status, byte[] body) {}

  static boolean isOf(URI uri, InetAddress gateway) {
    return "http".equalsIgnoreCase(uri.getScheme())
        && uri.getUserInfo() == null
        && uri.getHost() != null
        && InetAddresses.isInetAddress(uri.getHost())
        && InetAddresses.forString(uri.getHost()).equals(gateway);
  }

  Reply get(URI uri) throws IOException {
    return exchange(uri, "GET " + path(uri) + " HTTP/1.1\r\n" + headers(uri) + "\r\n");
  }

  Reply post(URI uri, String soapAction, String body) throws IOException {
    int bytes = body.getBytes(StandardCharsets.UTF_8).length;
    return exchange(
        uri,
        "POST "
            + path(uri)
            + " HTTP/1.1\r\n"
            + headers(uri)
            + "Content-Type: text/xml; charset=\"utf-8\"\r\nContent-Length: "
            + bytes
            + "\r\nSOAPAction: \""
            + soapAction
            + "\"\r\n\r\n"
            + body);
  }

  private static String headers(URI uri) {
    return "Host: " + uri.getRawAuthority() + "\r\nConnection: close\r\n";
  }

  private static String path(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  private Reply exchange(URI uri, String request) throws IOException {
    if (!isOf(uri, gateway.address())) {
      throw new MappingException("the gateway leads elsewhere: " + uri);
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TOTAL_MILLIS);
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(gateway.local(), 0));
      int port = uri.getPort() < 0 ? 80 : uri.getPort();
      socket.connect(new InetSocketAddress(gateway.address(), port), TOTAL_MILLIS / 2);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return parse(readAll(socket, deadline));
    }
  }

  /** Reads to the end of the stream, or of the body where its length is told. */
  private static byte[] readAll(Socket socket, long deadline) throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[4_096];
    while (!isComplete(all.toString(StandardCharsets.ISO_8859_1))) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new IOException("the gateway's HTTP answer takes too long");
      }
      socket.setSoTimeout((int) left);
      int read = in.read(buffer);
      if (read < 0) {
        break;
      }
      if (all.size() + read > MAX_BYTES) {
        throw new MappingException("an HTTP answer of more than " + MAX_BYTES + " bytes");
      }
      all.write(buffer, 0, read);
    }
    return all.toByteArray();
  }

  static boolean isComplete(String text) {
    // Only where the length is told is there anything to compute before the stream ends.
    int end = text.indexOf(END_OF_HEADERS);
    if (end < 0) {
      return false;
    }
    String length = header(text.substring(0, end), "content-length");
    return length.matches("\\d{1,9}")
        && text.length() >= end + END_OF_HEADERS.length() + Integer.parseInt(length);
  }

  static Reply parse(byte[] all) throws MappingException {
    String text = new String(all, StandardCharsets.ISO_8859_1);
    int end = text.indexOf(END_OF_HEADERS);
    if (end < 0 || !text.matches("(?s)HTTP/1\\.[01] \\d{3}.*")) {
      throw new MappingException("the gateway's answer is no HTTP");
    }
    String head = text.substring(0, end);
    String body = text.substring(end + END_OF_HEADERS.length());
    boolean chunked =
        header(head, "transfer-encoding").toLowerCase(Locale.ROOT).contains("chunked");
    return new Reply(
        Integer.parseInt(text.substring(9, 12)),
        (chunked ? unchunked(body) : body).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String header(String head, String name) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  /** RFC 9112 §7.1. */
  private static String unchunked(String body) throws MappingException {
    StringBuilder whole = new StringBuilder();
    int at = 0;
    while (true) {
      int line = body.indexOf("\r\n", at);
      String size = line < 0 ? "" : body.substring(at, line).split(";", 2)[0].strip();
      if (!size.matches("[0-9a-fA-F]{1,6}")) {
        throw new MappingException("the gateway's HTTP answer is cut off");
      }
      int bytes = Integer.parseInt(size, 16);
      if (bytes == 0) {
        return whole.toString();
      }
      if (line + 2 + bytes + 2 > body.length()) {
        throw new MappingException("the gateway's HTTP answer is cut off");
      }
      whole.append(body, line + 2, line + 2 + bytes);
      at = line + 2 + bytes + 2;
    }
  }
}

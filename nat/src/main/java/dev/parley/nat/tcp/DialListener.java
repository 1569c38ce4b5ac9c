package dev.parley.nat.tcp;

import dev.parley.nat.TcpCarrier;
import io.netty.channel.ConnectTimeoutException;
import java.net.NoRouteToHostException;

/** Hears how a dial ended, once. Called on the event loop. */
public interface DialListener {
  /** The connection is tied to the peer; whether it is of use, its probes will show. */
  void onTied(TcpCarrier connection);

  /** No connection, or none that is tied; {@code reason} is for people. */
  void onFailed(String reason);

  /** What became of a connect, in the words of people: the platforms word it differently. */
  static String reason(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof ConnectTimeoutException) {
      return "no answer in time";
    }
    if (message.contains("refused")) {
      return "refused";
    }
    return failure instanceof NoRouteToHostException || message.contains("unreachable")
        ? "unreachable"
        : message;
  }
}

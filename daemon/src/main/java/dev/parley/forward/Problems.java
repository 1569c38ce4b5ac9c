package dev.parley.forward;

import dev.parley.channels.ChannelRefused;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What went wrong, as a phrase for people. */
final class Problems {
  private Problems() {}

  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  static String of(@Nullable Throwable failure) {
    if (failure == null) {
      return "for a reason that nobody told";
    }
    Throwable cause = cause(failure);
    String message = cause.getMessage();
    if (cause instanceof ChannelRefused && message != null) {
      return message;
    }
    if (cause instanceof UnknownHostException) {
      return "there is no host of that name";
    }
    if (message == null) {
      return cause.getClass().getSimpleName();
    }
    // Netty names the call: "bind(..) failed with error(-98): Address already in use".
    int system = message.indexOf("): ");
    String plain = system < 0 ? message : message.substring(system + 3);
    int where = plain.indexOf(": /");
    return where < 0 ? plain : plain.substring(0, where);
  }
}

package dev.parley.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Catches signals where the platform has them.
 *
 * <p>By reflection: {@code sun.misc.Signal} is in every JDK's module {@code jdk.unsupported}, but
 * is no part of the platform that the compiler knows.
 */
final class Signals {
  private static final Logger log = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /**
   * Runs {@code action}, on a thread of its own, whenever the signal comes.
   *
   * @param name without SIG
   * @return whether it will: Windows has no HUP, and {@code -Xrs} leaves signals to the platform
   */
  static boolean on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler invocation =
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  action.run();
                  yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "handler of SIG" + name;
              };
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(), new Class<?>[] {handler}, invocation);
      Object named = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, named, proxy);
      return true;
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.debug("SIG{} cannot be caught here", name, e);
      return false;
    }
  }
}

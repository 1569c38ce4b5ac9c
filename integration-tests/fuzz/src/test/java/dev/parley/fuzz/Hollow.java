package dev.parley.fuzz;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Stands behind an interface of which a parser uses little: does nothing and knows nothing. */
public final class Hollow implements InvocationHandler {
  private static final Hollow PLAIN = new Hollow((method, arguments) -> null);

  /** What some methods answer; null for those that answer nothing in particular. */
  @FunctionalInterface
  public interface Answers {
    Object to(Method method, Object[] arguments) throws Throwable;
  }

  private final Answers answers;

  private Hollow(Answers answers) {
    this.answers = answers;
  }

  public static <T> T of(Class<T> type) {
    return type.cast(of(type, PLAIN));
  }

  public static <T> T of(Class<T> type, Answers answers) {
    return type.cast(of(type, new Hollow(answers)));
  }

  private static Object of(Class<?> type, Hollow handler) {
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
  }

  @Override
  public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
    switch (method.getName()) {
      case "equals":
        return self == arguments[0];
      case "hashCode":
        return System.identityHashCode(self);
      case "toString":
        return "hollow";
      case "inEventLoop":
        return true;
      default:
        Object answer = answers.to(method, arguments);
        return answer != null ? answer : nothing(self, method.getReturnType());
    }
  }

  private static Object nothing(Object self, Class<?> type) {
    if (type == boolean.class) {
      return false;
    } else if (type == int.class) {
      return 0;
    } else if (type == long.class) {
      return 0L;
    } else if (type == String.class) {
      return "";
    } else if (type == Optional.class) {
      return Optional.empty();
    } else if (type.isAssignableFrom(List.class) && type != Object.class) {
      return List.of();
    } else if (type != Object.class && type.isAssignableFrom(CompletableFuture.class)) {
      return new CompletableFuture<>();
    } else if (type.isInstance(self)) {
      return self;
    }
    return type.isInterface() ? of(type, PLAIN) : null;
  }
}

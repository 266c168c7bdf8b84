package dev.reveille.protocols.notificationhubs;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A part of a store of which a test alters a method or two.
final class Altered {
  private Altered() {}

  /// What is called in place of the real part.
  @FunctionalInterface
  interface Behaviour {
    /// @param method the name of what is called
    /// @param real does it
    @Nullable Object call(String method, Callable<Object> real) throws Exception;
  }

  /// @param type an interface
  static <T> T of(final Class<T> type, final T real, final Behaviour behaviour) {
    return type.cast(
        Proxy.newProxyInstance(
            Objects.requireNonNull(type.getClassLoader()),
            new Class<?>[] {type},
            (_, method, values) ->
                behaviour.call(
                    method.getName(),
                    () -> {
                      try {
                        return method.invoke(real, values);
                      } catch (final InvocationTargetException thrown) {
                        if (thrown.getCause() instanceof final RuntimeException cause) {
                          throw cause;
                        }
                        throw thrown;
                      }
                    })));
  }
}

package dev.reveille.server;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.SenderId;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.RetryPolicy;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.Stores;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// A server as a process of its own that dies at once when it looks for the phones of one user, as
/// by a fault of the virtual machine. That is before anything is on disk of what it does for the
/// event: a push that may have left is repeated twice at most, which ends the matter by itself.
///
/// It prints each push before it takes it, and ends in order when its input ends.
final class FallingStarts {
  static final int DIED = 77;
  static final String PUSHED = "pushed ";

  private FallingStarts() {}

  /// @param args the configuration, the data directory, and the name of the user
  public static void main(final String... args) throws Exception {
    final var configuration = Configuration.load(Path.of(args[0])).with(Path.of(args[1]), 0, 0, 0);
    final var parts =
        Parts.PRODUCT
            .withStores((directory, how, clock) ->
                dying(Parts.PRODUCT.stores().open(directory, how, clock), args[2]))
            .withSenders(PrintingSender::new);
    try (var _ = Server.start(configuration, parts, BootClock.clock())) {
      while (System.in.read() >= 0) {
        // goes on until there is no more
      }
    }
    System.exit(0);
  }

  private static Stores dying(final Stores real, final String user) {
    final var registry =
        wrapped(
            Registry.class,
            real.registry(),
            (method, argument) -> {
              if (method.equals("installationsOf")
                  && argument instanceof final UserId asked
                  && asked.name().equals(user)) {
                Runtime.getRuntime().halt(DIED);
              }
              return Optional.empty();
            });
    return wrapped(
        Stores.class,
        real,
        (method, _) -> method.equals("registry") ? Optional.of(registry) : Optional.empty());
  }

  /// @param before given a method's name and its first argument, answers instead of it, or nothing
  private static <P> P wrapped(
      final Class<P> type,
      final P real,
      final BiFunction<String, Object, Optional<Object>> before) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              final var instead =
                  before.apply(method.getName(), arguments == null ? "" : arguments[0]);
              try {
                return instead.isPresent() ? instead.get() : method.invoke(real, arguments);
              } catch (final InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            }));
  }

  private record PrintingSender(Sender real) implements Sender {
    @Override
    public SenderId id() {
      return real.id();
    }

    @Override
    public RetryPolicy retries() {
      return real.retries();
    }

    @Override
    public void send(final List<Push> group, final Outcomes outcomes) {
      for (final var push : group) {
        System.out.println(PUSHED + push.event());
        System.out.flush();
        outcomes.outcome(push, new DeliveryOutcome.HandedOver("taken"));
      }
    }

    @Override
    public void close() {
      real.close();
    }
  }
}

package dev.reveille.server;

import dev.reveille.protocols.notificationhubs.HubAudiences;
import dev.reveille.routing.Routing;
import dev.reveille.routing.ServerClock;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.Stores;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/// The parts of a server that a program may choose which embeds it: how the stores are opened, what
/// stands between routing and the push services, and which listeners there are. Everything else
/// follows from the configuration.
///
/// `reveille serve` has [#PRODUCT]. A program of its own, such as a measurement that compares the
/// server with one whose store keeps nothing, begins with that, replaces what it needs, and hands
/// the rest of its command line to [Main#serve]:
///
/// ```java
/// var parts = Parts.PRODUCT.withStores((directory, how, clock) -> new MemoryStores(clock));
/// System.exit(Main.serve(parts, "--data", folder));
/// ```
///
/// @param stores opens the stores; the server closes them last
/// @param senders given the sender of each push service, answers the one that routing uses; the
///   server closes the latter, which has to close the former
/// @param audiences of sends that do not name their addresses themselves; asked as soon as the
///   stores are open
/// @param plain names of configured listeners (`api`, `devices`) that are opened without TLS: what
///   is said there, secrets too, is not encrypted
/// @param additional more listeners for devices; the line that says the server is ready names them
/// @param beside what hands in and asks beside the server's own protocols
public record Parts(
    StoreOpener stores,
    UnaryOperator<Sender> senders,
    AudienceReader audiences,
    Set<String> plain,
    List<DeviceListener> additional,
    Beside beside) {
  /// What an operator's server is made of.
  public static final Parts PRODUCT =
      new Parts(
          (directory, how, clock) -> SqliteStore.open(directory, how, clock, clock::calm),
          UnaryOperator.identity(),
          store -> new HubAudiences(store.hubs(), store.registry()),
          Set.of(),
          List.of(),
          _ -> () -> {});

  private static final Set<String> CAN_BE_PLAIN = Set.of("api", "devices");

  public Parts {
    plain = Set.copyOf(plain);
    additional = List.copyOf(additional);
    for (final var name : plain) {
      if (!CAN_BE_PLAIN.contains(name)) {
        throw new IllegalArgumentException(
            "only " + CAN_BE_PLAIN + " can be without TLS, not " + name);
      }
    }
  }

  /// Opens the stores of a server.
  @FunctionalInterface
  public interface StoreOpener {
    /// @param directory the server's data directory; may not exist yet
    /// @param how what the configuration says of the store
    /// @throws dev.reveille.routing.port.StoreException when the directory cannot be used
    Stores open(Path directory, StoreSettings how, ServerClock clock);
  }

  /// Makes the reader of the audiences of sends.
  @FunctionalInterface
  public interface AudienceReader {
    /// @param stores open, and open for as long as audiences are read
    Audiences of(Stores stores);
  }

  /// Opens a protocol of the embedding program, when the server takes events and before it says
  /// that it is ready. What it answers is closed before routing is.
  @FunctionalInterface
  public interface Beside {
    /// @throws RuntimeException when it cannot be opened: the server does not start then
    AutoCloseable open(Routing routing);
  }

  /// One more listener for devices, on this machine's loopback address.
  ///
  /// @param name for the ready line and the metrics
  /// @param secure with TLS, by the server's own certificate
  /// @param port 0 for a free one
  public record DeviceListener(String name, boolean secure, int port) {}

  public Parts withStores(final StoreOpener other) {
    return new Parts(other, senders, audiences, plain, additional, beside);
  }

  public Parts withSenders(final UnaryOperator<Sender> others) {
    return new Parts(stores, others, audiences, plain, additional, beside);
  }

  public Parts withAudiences(final Audiences others) {
    return new Parts(stores, senders, _ -> others, plain, additional, beside);
  }

  public Parts withPlain(final String... listeners) {
    return new Parts(stores, senders, audiences, Set.of(listeners), additional, beside);
  }

  public Parts withAdditional(final DeviceListener... listeners) {
    return new Parts(stores, senders, audiences, plain, List.of(listeners), beside);
  }

  public Parts withBeside(final Beside other) {
    return new Parts(stores, senders, audiences, plain, additional, other);
  }
}

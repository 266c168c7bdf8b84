package dev.reveille.routing;

import dev.reveille.model.SenderId;
import dev.reveille.routing.port.RetryPolicy;
import dev.reveille.routing.port.Sender;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The senders that are in use now, by id. They come and go while the server runs: work for one
/// that is gone waits as rows and is not looked at; when the sender comes again, it goes on. The
/// state of the receivers of one that is gone is forgotten.
///
/// Thread-safe.
public final class Senders {
  private final Map<String, Sender> byName = new ConcurrentHashMap<>();
  private volatile Consumer<SenderId> watch = _ -> {};

  /// These, to begin with.
  public static Senders of(final Collection<? extends Sender> some) {
    final var senders = new Senders();
    some.forEach(senders::add);
    return senders;
  }

  /// The sender is there from now on.
  ///
  /// @throws IllegalArgumentException when there is one of the same name
  public void add(final Sender sender) {
    if (byName.putIfAbsent(sender.id().value(), sender) != null) {
      throw new IllegalArgumentException("there is a sender " + sender.id() + " already");
    }
    watch.accept(sender.id());
  }

  /// The sender is gone from now on. To close it is left to the caller: what is under way there
  /// still gets its outcomes.
  public Optional<Sender> remove(final SenderId id) {
    final var gone = Optional.ofNullable(byName.remove(id.value()));
    gone.ifPresent(_ -> watch.accept(id));
    return gone;
  }

  /// @param changed told of each sender that came or went, on the thread that changed them
  void onChange(final Consumer<SenderId> changed) {
    watch = changed;
  }

  boolean has(final SenderId id) {
    return byName.containsKey(id.value());
  }

  /// Whether the first word of a name is that of a sender that is there.
  boolean hasFirstWordOf(final String name) {
    final int end = name.indexOf(' ');
    return byName.containsKey(end < 0 ? name : name.substring(0, end));
  }

  /// Null when it is not there.
  @Nullable Sender find(final SenderId id) {
    return byName.get(id.value());
  }

  /// How its pushes are repeated; as usual for one that is gone.
  RetryPolicy retries(final SenderId id) {
    final var sender = find(id);
    return sender == null ? RetryPolicy.DOUBLING : sender.retries();
  }
}

package dev.reveille.routing;

import dev.reveille.model.AppId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.SenderId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the circuit breaker of each receiver. What can be out of reach as a whole is a receiver: a
/// push service as one app uses it in one environment and under one topic or project, since
/// credentials and connections are bound to that. A breaker's name begins with that of its sender.
///
/// Of a sender that is gone there are none: what is asked of one then is not remembered.
///
/// There is no breaker for a sender that is gone: what is reported about one then is not
/// remembered.
///
/// Belongs to the dispatcher's thread.
final class CircuitBreakers implements ClockSteps.Waits {
  /// Apps say topics and projects, so there may be any number of them; beyond so many receivers
  /// those of one app share a breaker.
  private static final int MOST_WITH_SCOPE = 10_000;

  private record To(SenderId sender, AppId app, boolean sandbox, String scope) {
    /// Stands on disk. Without a scope it is what every version wrote.
    String name() {
      return sender + (sandbox ? " sandbox " : " ") + app + (scope.isEmpty() ? "" : " as " + scope);
    }

    To shared() {
      return new To(sender, app, sandbox, "");
    }

    boolean isOf(final PushAddress.Direct address) {
      return sandbox == address.sandbox()
          && sender.equals(address.sender())
          && app.equals(address.app())
          && scope.equals(address.scope());
    }
  }

  private final Senders senders;
  private final Map<To, CircuitBreaker> byAddress = new HashMap<>();
  private final Map<String, CircuitBreaker> byName = new HashMap<>();

  /// What was asked for last, and its breaker: pushes to one receiver come in rows.
  private @Nullable To lastTo;

  private @Nullable CircuitBreaker last;

  CircuitBreakers(final Senders senders) {
    this.senders = senders;
  }

  CircuitBreaker before(final PushAddress.Direct address) {
    final var asked = lastTo;
    final var its = last;
    if (asked != null && its != null && asked.isOf(address)) {
      return its;
    }
    final var own = new To(address.sender(), address.app(), address.sandbox(), address.scope());
    final var known = byAddress.get(own);
    if (known != null) {
      lastTo = own;
      last = known;
      return known;
    }
    final var to =
        byName.size() < MOST_WITH_SCOPE || byName.containsKey(own.name()) ? own : own.shared();
    final var breaker = named(to.name());
    if (senders.has(to.sender)) {
      byAddress.put(to, breaker);
    }
    return breaker;
  }

  /// The breaker of a line that an earlier run may have left.
  CircuitBreaker named(final String name) {
    final var known = byName.get(name);
    if (known != null) {
      return known;
    }
    final var breaker = new CircuitBreaker(name);
    if (hasSender(name)) {
      byName.put(name, breaker);
    }
    return breaker;
  }

  /// Whether the sender is there for whose receiver this line waits.
  boolean hasSender(final String line) {
    return senders.hasFirstWordOf(line);
  }

  /// Whether this line waits for a receiver of the sender.
  static boolean isOf(final String line, final SenderId sender) {
    final var name = sender.value();
    return line.startsWith(name)
        && (line.length() == name.length() || line.charAt(name.length()) == ' ');
  }

  /// What was known of the receivers of a sender counts no more.
  void forget(final SenderId sender) {
    lastTo = null;
    last = null;
    byAddress.keySet().removeIf(to -> to.sender.equals(sender));
    byName.keySet().removeIf(name -> isOf(name, sender));
  }

  /// How many are remembered.
  int size() {
    return byName.size();
  }

  /// The credentials or the bundle id of an app changed.
  void changed(final AppId app, final Instant now) {
    byAddress.forEach((to, breaker) -> {
      if (to.app.equals(app)) {
        breaker.settingsChanged(now);
      }
    });
  }

  /// What stood in the way to the receivers of a sender may be gone.
  void changed(final SenderId sender, final Instant now) {
    byAddress.forEach((to, breaker) -> {
      if (to.sender.equals(sender)) {
        breaker.settingsChanged(now);
      }
    });
  }

  @Override
  public void clockSet(final Duration step) {
    byName.values().forEach(breaker -> breaker.clockSet(step));
  }
}

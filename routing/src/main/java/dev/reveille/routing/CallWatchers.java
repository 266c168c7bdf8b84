package dev.reveille.routing;

import dev.reveille.model.CallId;
import dev.reveille.model.OrganisationId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells requests that wait for a call to change about each change. Many may wait for one call, and
/// each writes an answer of its own: the watchers run on another thread, so that the journal's
/// writer, which learns of the change first, is not held up.
///
/// Thread-safe.
final class CallWatchers {
  private static final Logger LOG = LoggerFactory.getLogger(CallWatchers.class);

  private final Map<CallKey, Set<Consumer<CallView>>> byCall = new ConcurrentHashMap<>();
  private final Executor thread;

  /// @param thread does what it is given in order
  CallWatchers(final Executor thread) {
    this.thread = thread;
  }

  /// Tells `changed` of every change until closed; the present state is not told.
  AutoCloseable watch(
      final OrganisationId organisation, final CallId call, final Consumer<CallView> changed) {
    final var key = new CallKey(organisation, call);
    byCall.compute(
        key,
        (_, some) -> {
          final Set<Consumer<CallView>> all = some == null ? ConcurrentHashMap.newKeySet() : some;
          all.add(changed);
          return all;
        });
    return () ->
        byCall.computeIfPresent(
            key,
            (_, some) -> {
              some.remove(changed);
              return some.isEmpty() ? null : some;
            });
  }

  /// The call changed. Never blocks.
  void changed(final CallKey call, final CallView view) {
    final var watching = byCall.get(call);
    if (watching != null) {
      thread.execute(() -> watching.forEach(each -> tell(each, view)));
    }
  }

  /// A fault in one watcher must not stop the others.
  private static void tell(final Consumer<CallView> watcher, final CallView view) {
    try {
      watcher.accept(view);
    } catch (final RuntimeException fault) {
      LOG.error("a watcher of call {} failed", view.call(), fault);
    }
  }
}

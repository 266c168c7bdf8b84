package dev.reveille.protocols.arm;

import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.SealedSecrets;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.port.Stores;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/// A real store that fails where a test wants it, and counts hubs' registrations as it says.
final class StoresWithFaults {
  /// Collections of settings that cannot be written.
  final Set<String> unwritable = ConcurrentHashMap.newKeySet();

  /// Parts of the names of sealed secrets that cannot be read.
  final Set<String> unreadable = ConcurrentHashMap.newKeySet();

  /// What the next countings answer; as it is when there are no more.
  final Deque<Long> counts = new ConcurrentLinkedDeque<>();

  Stores of(final Stores real) {
    final var parts = Stores.Parts.of(real);
    return new Stores.Parts(
        parts.journal(),
        parts.inbox(),
        parts.trail(),
        parts.sends(),
        parts.waiting(),
        parts.calls(),
        parts.registry(),
        between(SettingsStore.class, parts.settings()),
        parts.secrets(),
        between(SealedSecrets.class, parts.sealed()),
        between(HubRegistrations.class, parts.hubs()),
        parts.hubJobs(),
        parts.handles(),
        parts.openReports(),
        parts.clock(),
        parts.starts(),
        parts.domains(),
        parts.passwords());
  }

  private <T> T between(final Class<T> port, final T real) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, given) -> answer(real, method, given == null ? new Object[0] : given)));
  }

  private Object answer(final Object real, final Method method, final Object[] given)
      throws Throwable {
    if (method.getName().equals("put")
        && given.length > 1
        && unwritable.contains(String.valueOf(given[1]))) {
      throw new StoreException("the disk is full", "free some");
    }
    if (method.getName().equals("read")
        && unreadable.stream().anyMatch(part -> Arrays.toString(given).contains(part))) {
      throw new StoreException("the secret cannot be decrypted", "make it anew");
    }
    if (method.getName().equals("count") && !counts.isEmpty()) {
      return counts.remove();
    }
    try {
      return method.invoke(real, given);
    } catch (final InvocationTargetException e) {
      throw e.getCause();
    }
  }
}

package dev.reveille.routing;

import dev.reveille.model.Audience.Registered;
import dev.reveille.model.InstallationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushAddress.Doubt;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.WorkKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what push services say of addresses: in the registry, which is written on a thread of its
/// own, and which doubted addresses are tried right now.
///
/// ```
///   live ── refused, maybe for a mistake in the app's settings ──► doubted ── 30 days ──► removed
///     ▲                                                               │
///     └── accepted (after the settings changed), registered again ────┘
///   live ── the platform says that it no longer exists ──► removed
/// ```
///
/// Belongs to the dispatcher's thread.
final class Addresses implements ClockSteps.Waits {
  private static final Logger LOG = LoggerFactory.getLogger(Addresses.class);

  /// An installation that was read before its doubt was written is judged within this time.
  private static final Duration READ_BEFORE = Duration.ofSeconds(10);

  private record Name(PushService service, PushToken token) {}

  /// @param registeredAt of the address that was refused: one that was registered again is another
  private record NewDoubt(Instant registeredAt, Doubt doubt) {}

  private record KeptDoubt(Name address, NewDoubt doubt, Instant until) {}

  private final Registry registry;
  private final Audiences audiences;
  private final Executor threads;
  private final Mailbox<DispatcherInput> mailbox;
  private final Counters counters;

  /// Doubts that what is read from the registry may not show: it does not have them yet, or has
  /// them since a moment.
  private final Map<Name, NewDoubt> newDoubt = new HashMap<>();

  /// Those that it has, the earliest first, and how long they count here.
  private final ArrayDeque<KeptDoubt> keptDoubt = new ArrayDeque<>();

  /// Which push tries whether a doubted address works since the settings changed.
  private final Map<Name, WorkKey> trials = new HashMap<>();

  Addresses(
      final Registry registry,
      final Audiences audiences,
      final Executor threads,
      final Mailbox<DispatcherInput> mailbox,
      final Counters counters) {
    this.registry = registry;
    this.audiences = audiences;
    this.threads = threads;
    this.mailbox = mailbox;
    this.counters = counters;
  }

  /// Why an address is doubted, empty when it is not.
  Optional<Doubt> doubtOf(final PushAddress.Direct address) {
    if (newDoubt.isEmpty()) {
      return address.doubt();
    }
    return Optional.ofNullable(newDoubt.get(name(address)))
        .filter(known -> known.registeredAt.equals(address.registeredAt()))
        .map(NewDoubt::doubt)
        .or(address::doubt);
  }

  // ---- trials ---------------------------------------------------------------------------------

  /// Whether this push may try a doubted address: one at a time does.
  boolean mayTry(final PushAddress.Direct address, final WorkKey push) {
    final var trial = trials.putIfAbsent(name(address), push);
    return trial == null || trial.equals(push);
  }

  /// The push to this address is not under way any more.
  void ended(final PushAddress.Direct address, final WorkKey push) {
    if (!trials.isEmpty()) {
      trials.remove(name(address), push);
    }
  }

  private static Name name(final PushAddress.Direct address) {
    return new Name(address.service(), address.token());
  }

  // ---- verdicts -------------------------------------------------------------------------------

  /// The platform took a push to it.
  void proven(
      final InstallationId device, final PushAddress.Direct address, final boolean inSandbox) {
    newDoubt.remove(name(address));
    write(device, () -> registry.prove(device, address, inSandbox));
  }

  /// The platform says that an address of an audience exists no more.
  void dead(
      final Registered audience,
      final TargetKey target,
      final PushAddress.Direct address,
      final Instant since) {
    threads.execute(() -> {
      try {
        audiences.dead(audience, target, address, since);
      } catch (final RuntimeException fault) { // the next send finds it dead again
        counters.faults.increment();
        LOG.error("could not store the push service's answer about target {}", target, fault);
      }
    });
  }

  /// The platform refused it, maybe for a mistake in the app's settings.
  void doubted(final InstallationId device, final PushAddress.Direct address, final Doubt doubt) {
    newDoubt.put(name(address), new NewDoubt(address.registeredAt(), doubt));
    write(
        device,
        () -> {
          try {
            registry.doubt(device, address, doubt);
          } finally {
            mailbox.put(new DispatcherInput.DoubtKept(address, doubt));
          }
        });
  }

  /// The registry has it, so the installations that are read from now on say it themselves.
  void kept(final PushAddress.Direct address, final Doubt doubt, final Instant now) {
    final var known = new NewDoubt(address.registeredAt(), doubt);
    keptDoubt.add(new KeptDoubt(name(address), known, now.plus(READ_BEFORE)));
  }

  /// Lets go of doubts that all installations in memory show by now.
  void forgetOld(final Instant now) {
    for (var first = keptDoubt.peek();
        first != null && !now.isBefore(first.until);
        first = keptDoubt.peek()) {
      keptDoubt.poll();
      newDoubt.remove(first.address, first.doubt);
    }
  }

  @Override
  public void clockSet(final Duration step) {
    final var before = List.copyOf(keptDoubt);
    keptDoubt.clear();
    before.forEach(
        one -> keptDoubt.add(new KeptDoubt(one.address, one.doubt, one.until.plus(step))));
  }

  /// The address is to be removed, unless the app registered it again after that moment; the answer
  /// is [DispatcherInput.AddressRetired].
  void gone(
      final InstallationId device,
      final WorkKey push,
      final int attempt,
      final PushAddress.Direct address,
      final Instant since,
      final Reason why) {
    write(
        device,
        () -> {
          final boolean dropped = registry.retire(device, address, since);
          mailbox.put(new DispatcherInput.AddressRetired(push, attempt, dropped, why));
        });
  }

  /// A change that fails is learned again with the next push.
  private void write(final InstallationId device, final Runnable change) {
    threads.execute(() -> {
      try {
        change.run();
      } catch (final RuntimeException fault) {
        counters.faults.increment();
        LOG.error(
            "could not store the push service's answer about an address of installation {}",
            device,
            fault);
      }
    });
  }
}

package dev.reveille.routing.port;

import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.TargetKey;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Registrations of hubs in memory, each question answered by looking at all of a hub. Thread-safe:
/// the object is the lock.
public final class MemoryHubRegistrations implements HubRegistrations {
  /// @param numbers of its targets, by their names
  private record Stored(Versioned kept, Map<String, Long> numbers) {}

  /// @param entries by their numbers
  /// @param gone ids of registrations, and since when
  /// @param former targets that were removed
  private record Hub(
      TreeMap<Long, Stored> entries, Map<String, Instant> gone, Map<TargetKey, Left> former) {
    Hub() {
      this(new TreeMap<>(), new HashMap<>(), new HashMap<>());
    }

    Optional<Stored> find(final String id) {
      return entries.values().stream()
          .filter(each -> each.kept().entry().id().equals(id))
          .findFirst();
    }
  }

  private record Left(Former former, Target target) {}

  private final InstantSource clock;
  private final Map<String, Hub> hubs = new HashMap<>();
  private final Map<String, Long> lastHubs = new HashMap<>();
  private long lastEntry;
  private long lastTarget;

  public MemoryHubRegistrations(final InstantSource clock) {
    this.clock = clock;
  }

  private Hub hub(final String name) {
    HubRegistrations.organisation(name);
    return hubs.computeIfAbsent(name, _ -> new Hub());
  }

  // ---- entries --------------------------------------------------------------------------------

  @Override
  public synchronized Written put(final String hub, final Entry entry, final Condition condition) {
    final var in = hub(hub);
    final var before = in.find(entry.id());
    if (before.isEmpty()) {
      if (entry.kind() == Kind.REGISTRATION && isGone(in, entry.id())) {
        return new Written.Gone();
      }
      return condition instanceof Condition.Any || condition instanceof Condition.Absent
          ? new Written.Done(
              Optional.empty(), write(in, new Versioned(++lastEntry, 1, entry), Map.of()))
          : new Written.NotThere();
    }
    final var kept = before.get().kept();
    if (kept.entry().kind() != entry.kind()) {
      return new Written.OtherKind(kept.entry().kind());
    }
    if (condition instanceof Condition.Absent
        || condition instanceof Condition.IsVersion(final var version)
            && version != kept.version()) {
      return new Written.OtherVersion(kept.version());
    }
    return new Written.Done(
        Optional.of(kept),
        write(in, new Versioned(kept.number(), kept.version() + 1, entry), before.get().numbers()));
  }

  private Versioned write(
      final Hub in, final Versioned now, final Map<String, Long> numbersBefore) {
    final Map<String, Long> numbers = new HashMap<>();
    for (final var target : now.entry().targets()) {
      final var known = numbersBefore.get(target.name());
      numbers.put(target.name(), known == null ? ++lastTarget : known);
    }
    in.entries().put(now.number(), new Stored(now, numbers));
    return now;
  }

  private boolean isGone(final Hub in, final String id) {
    final var since = in.gone().get(id);
    return since != null && clock.instant().isBefore(since.plus(GONE_IDS_KEPT));
  }

  @Override
  public synchronized List<Written> putAll(
      final String hub, final List<Entry> entries, final Condition condition) {
    return entries.stream().map(entry -> put(hub, entry, condition)).toList();
  }

  @Override
  public synchronized List<Written> removeAll(
      final String hub, final List<String> ids, final Kind kind) {
    return ids.stream().map(id -> remove(hub, id, kind, new Condition.Any())).toList();
  }

  @Override
  public synchronized Optional<Versioned> find(final String hub, final String id) {
    return hub(hub).find(id).map(Stored::kept);
  }

  @Override
  public synchronized Written remove(
      final String hub, final String id, final Kind kind, final Condition condition) {
    final var in = hub(hub);
    final var before = in.find(id);
    if (before.isEmpty()) {
      return isGone(in, id) ? new Written.Gone() : new Written.NotThere();
    }
    final var kept = before.get().kept();
    if (kept.entry().kind() != kind) {
      return new Written.OtherKind(kept.entry().kind());
    }
    if (condition instanceof Condition.IsVersion(final var version) && version != kept.version()) {
      return new Written.OtherVersion(kept.version());
    }
    delete(in, kept, clock.instant());
    return new Written.Done(Optional.of(kept), kept);
  }

  private static void delete(final Hub in, final Versioned kept, final Instant now) {
    in.entries().remove(kept.number());
    kept.entry().targets().forEach(target -> leave(in, kept.entry(), target, now));
    if (kept.entry().kind() == Kind.REGISTRATION) {
      in.gone().put(kept.entry().id(), now);
    }
  }

  private static void leave(
      final Hub in, final Entry entry, final Target target, final Instant now) {
    in.former()
        .put(
            target.key(),
            new Left(
                new Former(
                    entry.id(), entry.kind(), target.key(), now.truncatedTo(ChronoUnit.SECONDS)),
                target));
  }

  @Override
  public synchronized Optional<Versioned> withTarget(final String hub, final TargetKey key) {
    return hub(hub).entries().values().stream()
        .map(Stored::kept)
        .filter(kept -> kept.entry().targets().stream().anyMatch(one -> one.key().equals(key)))
        .findFirst();
  }

  @Override
  public synchronized List<Former> former(
      final String hub, final String id, final String handle, final int most) {
    final var asked = new Filter.WithHandle(Optional.empty(), handle);
    return hub(hub).former().values().stream()
        .filter(left -> left.former().id().equals(id) || isIn(asked, left.target()))
        .map(Left::former)
        .filter(former -> former.removed().plus(GONE_IDS_KEPT).isAfter(clock.instant()))
        .sorted(
            Comparator.comparing(Former::removed)
                .reversed()
                .thenComparing(former -> former.target().value()))
        .limit(most)
        .toList();
  }

  @Override
  public synchronized Listed list(
      final String hub,
      final Filter filter,
      final long after,
      final int most,
      final long mostBytes) {
    final var all =
        hub(hub).entries().tailMap(after, false).values().stream()
            .map(Stored::kept)
            .filter(kept ->
                kept.entry().targets().stream().anyMatch(each -> isIn(filter, each))
                    || filter instanceof Filter.All)
            .toList();
    int few = 0;
    long bytes = 0;
    while (few < Math.min(most, all.size())) {
      bytes += all.get(few).entry().size();
      if (few > 0 && bytes > mostBytes) {
        break;
      }
      few++;
    }
    return new Listed(
        all.subList(0, few), few == 0 ? after : all.get(few - 1).number(), few == all.size());
  }

  private static boolean isIn(final Filter filter, final Target target) {
    return switch (filter) {
      case Filter.All _ -> true;
      case Filter.Tagged(final var tag) -> target.tags().contains(tag);
      case Filter.WithHandle(final var service, final var handle) -> {
        final var its = target.address().service();
        final var token = target.address().token().value();
        yield (service.isEmpty() || service.get() == its)
            && (its == PushService.APNS ? token.equalsIgnoreCase(handle) : token.equals(handle));
      }
    };
  }

  @Override
  public synchronized long count(final String hub) {
    return hub(hub).entries().size();
  }

  // ---- targets --------------------------------------------------------------------------------

  @Override
  public synchronized long lastNumber() {
    return lastTarget;
  }

  /// Those of a hub that are not over, with their numbers.
  private Stream<Numbered> targets(final String hub) {
    final var now = clock.instant();
    return hub(hub).entries().values().stream()
        .filter(stored -> !isOver(stored.kept().entry().expires(), now))
        .flatMap(stored ->
            stored.kept().entry().targets().stream()
                .map(each -> new Numbered(number(stored, each), each)))
        .filter(each -> !isOver(each.target().expires(), now));
  }

  private static long number(final Stored stored, final Target target) {
    return stored.numbers().getOrDefault(target.name(), 0L);
  }

  private static boolean isOver(final Optional<Instant> end, final Instant now) {
    return end.isPresent() && !now.isBefore(end.get());
  }

  @Override
  public synchronized Page targets(
      final String hub, final Selection which, final long after, final long upTo, final int most) {
    final var all =
        targets(hub)
            .filter(each -> each.number() > after && each.number() <= upTo)
            .filter(each -> isMeant(which, each.target()))
            .sorted(Comparator.comparingLong(Numbered::number))
            .toList();
    return all.size() <= most
        ? new Page(all, Math.max(after, upTo), true)
        : new Page(all.subList(0, most), all.get(most - 1).number(), false);
  }

  private static boolean isMeant(final Selection which, final Target target) {
    return which.isOfKind(target)
        && (which.tags().isEmpty() || which.tags().get().matches(target.tags()));
  }

  @Override
  public synchronized Optional<Numbered> find(final String hub, final TargetKey key) {
    return targets(hub).filter(each -> each.target().key().equals(key)).findFirst();
  }

  @Override
  public synchronized Optional<Versioned> dead(
      final String hub, final TargetKey key, final Instant since) {
    final var in = hub(hub);
    for (final var stored : in.entries().values()) {
      for (final var target : stored.kept().entry().targets()) {
        if (target.key().equals(key)) {
          return target.address().registeredAt().isAfter(since)
              ? Optional.empty()
              : Optional.of(dead(in, stored, target.address(), since));
        }
      }
    }
    return Optional.empty();
  }

  private Versioned dead(
      final Hub in, final Stored stored, final PushAddress.Direct dead, final Instant since) {
    final var kept = stored.kept();
    final var now = clock.instant();
    switch (kept.entry().kind()) {
      case REGISTRATION -> delete(in, kept, clock.instant());
      case INSTALLATION -> {
        kept.entry().targets().stream()
            .filter(each -> isDead(each, dead, since))
            .forEach(each -> leave(in, kept.entry(), each, now));
        keepTargets(
            in,
            stored,
            kept.entry().targets().stream().filter(each -> !isDead(each, dead, since)).toList());
      }
    }
    return kept;
  }

  private static boolean isDead(
      final Target one, final PushAddress.Direct dead, final Instant since) {
    return !one.address().registeredAt().isAfter(since) && place(one.address()).equals(place(dead));
  }

  /// What an address is, without what is known of it.
  private static List<Object> place(final PushAddress.Direct address) {
    return List.of(
        address.service(),
        address.channel(),
        address.app(),
        address.scope(),
        address.sandbox(),
        address.token());
  }

  private static void keepTargets(final Hub in, final Stored stored, final List<Target> targets) {
    final var kept = stored.kept();
    final var entry = kept.entry();
    in.entries()
        .put(
            kept.number(),
            new Stored(
                new Versioned(
                    kept.number(),
                    kept.version(),
                    new Entry(
                        entry.id(), entry.kind(), entry.document(), entry.expires(), targets)),
                targets.stream()
                    .collect(Collectors.toMap(Target::name, each -> number(stored, each)))));
  }

  // ---- ends -----------------------------------------------------------------------------------

  @Override
  public synchronized int removeEnded(final Instant now, final int most) {
    int removed = 0;
    for (final var in : hubs.values()) {
      for (final var stored : new ArrayList<>(in.entries().values())) {
        if (removed < most && isOver(stored.kept().entry().expires(), now)) {
          delete(in, stored.kept(), now);
          removed++;
        }
      }
      for (final var stored : new ArrayList<>(in.entries().values())) {
        final var targets = new ArrayList<>(stored.kept().entry().targets());
        final int before = targets.size();
        for (final Iterator<Target> each = targets.iterator(); each.hasNext(); ) {
          if (isOver(each.next().expires(), now) && removed < most) {
            each.remove();
            removed++;
          }
        }
        if (targets.size() < before) {
          keepTargets(in, stored, targets);
        }
      }
      for (final var left : new ArrayList<>(in.former().values())) {
        if (removed < most && !now.isBefore(left.former().removed().plus(GONE_IDS_KEPT))) {
          in.former().remove(left.former().target());
          removed++;
        }
      }
      for (final var gone : new ArrayList<>(in.gone().entrySet())) {
        if (removed < most && !now.isBefore(gone.getValue().plus(GONE_IDS_KEPT))) {
          in.gone().remove(gone.getKey());
          removed++;
        }
      }
    }
    return removed;
  }

  @Override
  public synchronized long lastHub(final String name) {
    return lastHubs.getOrDefault(name, 0L);
  }

  @Override
  public synchronized long nextHub(final String name) {
    return lastHubs.merge(name, 1L, Long::sum);
  }

  @Override
  public synchronized List<String> names() {
    return hubs.entrySet().stream()
        .filter(hub -> !hub.getValue().entries().isEmpty() || !hub.getValue().gone().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public synchronized void removeHub(final String hub) {
    hubs.remove(hub);
  }
}

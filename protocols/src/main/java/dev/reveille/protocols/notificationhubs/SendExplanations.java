package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.Audience;
import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.PushAddress;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.routing.Sends;
import dev.reveille.routing.Sends.TargetStory;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Filter;
import dev.reveille.routing.port.HubRegistrations.Former;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Tells for whom a send of a hub is and for whom not, and why: by a handle, by the id of a
/// registration or an installation, or by a target's key. Each is looked up by its own index; what
/// became of a target is read from the trail of the send.
///
/// What is registered is judged as it is now. Where the trail speaks of a target, the trail counts.
/// All questions are about sends of hubs ([dev.reveille.model.Send#isOfHub]).
///
/// Thread-safe; reads the disk.
public final class SendExplanations {
  /// Entries at one handle, and removed targets, that are told.
  private static final int MOST = 100;

  private final HubRegistrations registrations;
  private final Sends sends;

  public SendExplanations(final Hubs hubs, final Sends sends) {
    this(hubs.registrations(), sends);
  }

  SendExplanations(final HubRegistrations registrations, final Sends sends) {
    this.registrations = registrations;
    this.sends = sends;
  }

  /// A part of what is registered with the hub.
  ///
  /// @param reached the next part begins behind this number
  /// @param last whether nothing comes after it
  public record Part(List<ExplainedTarget> targets, long reached, boolean last) {
    public Part {
      targets = List.copyOf(targets);
    }
  }

  /// What is registered, in the order in which it was.
  ///
  /// @param after only entries with a higher number
  /// @param most so many entries at most
  public Part part(final StoredJob stored, final long after, final int most) {
    final var about = new HubSend(stored, registrations, sends);
    final var listed =
        registrations.list(about.hub(), new Filter.All(), after, most, JsonParsers.LARGEST_PAGE);
    final var found = new Found();
    listed.entries().forEach(kept -> found.add(kept, kept.entry().targets()));
    return new Part(explained(about, found), listed.reached(), listed.last());
  }

  /// The registration or installation of each of these targets, and the tags by which it was found.
  ///
  /// @param stories from the trail of the send
  public List<ExplainedTarget> of(final StoredJob stored, final List<TargetStory> stories) {
    final var about = new HubSend(stored, registrations, sends);
    return stories.stream()
        .map(story ->
            registrations
                .withTarget(about.hub(), story.target())
                .map(kept ->
                    about.judged(kept.entry(), target(kept.entry(), story), Optional.of(story)))
                .orElseGet(() -> told("", Kind.REGISTRATION, Optional.empty(), story)))
        .toList();
  }

  private static Target target(final Entry entry, final TargetStory story) {
    return entry.targets().stream()
        .filter(one -> one.key().equals(story.target()))
        .findFirst()
        .orElseThrow();
  }

  /// How all that is known under a name stands to a send; none when nothing is.
  ///
  /// @param asked a device token, the URL of a channel, the id of a registration or an
  ///   installation, or a target's key
  public List<ExplainedTarget> of(final StoredJob stored, final String asked) {
    final var about = new HubSend(stored, registrations, sends);
    final var found = found(about.hub(), asked);
    if (about.to() instanceof Audience.Addresses(var all)) {
      return named(about, all, asked, found);
    }
    final var known = explained(about, found);
    return known.isEmpty() ? onlyInTrail(about, asked) : known;
  }

  /// Of one target each: what is registered now, or when it was removed.
  private static final class Found {
    private record Live(Entry entry, Target target) {}

    private final Map<TargetKey, Live> live = new LinkedHashMap<>();
    private final Map<TargetKey, Former> former = new LinkedHashMap<>();
    private final List<Entry> withoutTarget = new ArrayList<>();

    void add(final Versioned kept, final List<Target> targets) {
      targets.forEach(target -> live.put(target.key(), new Live(kept.entry(), target)));
      if (kept.entry().targets().isEmpty()) {
        withoutTarget.add(kept.entry());
      }
    }

    void add(final Former removed) {
      if (!live.containsKey(removed.target())) {
        former.put(removed.target(), removed);
      }
    }

    Set<TargetKey> keys() {
      final var keys = new HashSet<>(live.keySet());
      keys.addAll(former.keySet());
      return keys;
    }
  }

  private Found found(final String hub, final String asked) {
    final var found = new Found();
    final var handle = spelled(asked);
    key(asked)
        .flatMap(key -> registrations.withTarget(hub, key))
        .ifPresent(kept ->
            found.add(
                kept,
                kept.entry().targets().stream()
                    .filter(one -> one.key().value().equals(asked))
                    .toList()));
    registrations.find(hub, asked).ifPresent(kept -> found.add(kept, kept.entry().targets()));
    final var at = new Filter.WithHandle(Optional.empty(), handle);
    registrations
        .list(hub, at, 0, MOST, JsonParsers.LARGEST_PAGE)
        .entries()
        .forEach(kept ->
            found.add(
                kept,
                kept.entry().targets().stream()
                    .filter(one -> isAt(one.address(), handle))
                    .toList()));
    registrations.former(hub, asked, handle, MOST).forEach(found::add);
    return found;
  }

  private static Optional<TargetKey> key(final String asked) {
    try {
      final var key = new TargetKey(asked);
      return key.kind() == TargetKey.Kind.ADDRESS ? Optional.of(key) : Optional.empty();
    } catch (final IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// What could never be kept as a handle finds nothing.
  private static String spelled(final String asked) {
    try {
      return HubTargets.spelled(Optional.empty(), asked);
    } catch (final IllegalArgumentException _) {
      return asked;
    }
  }

  private static boolean isAt(final PushAddress.Direct address, final String handle) {
    return address.token().value().equalsIgnoreCase(handle);
  }

  private List<ExplainedTarget> explained(final HubSend about, final Found found) {
    final var stories = about.stories(found.keys());
    final List<ExplainedTarget> all = new ArrayList<>();
    found.live.forEach((key, one) ->
        all.add(about.judged(one.entry(), one.target(), Optional.ofNullable(stories.get(key)))));
    found.former.forEach((key, one) -> {
      final var story = stories.get(key);
      all.add(
          story == null
              ? removed(one)
              : told(one.id(), one.kind(), Optional.of(one.removed()), story));
    });
    found.withoutTarget.stream()
        .filter(entry -> all.stream().noneMatch(one -> one.id().equals(entry.id())))
        .forEach(entry -> all.add(bare(entry.id(), entry.kind(), "", TargetStanding.NO_ADDRESS)));
    return all;
  }

  private static ExplainedTarget bare(
      final String id, final Kind kind, final String target, final TargetStanding standing) {
    return new ExplainedTarget(
        id, kind, target, "", standing, List.of(), List.of(), Optional.empty(), Optional.empty());
  }

  private static ExplainedTarget removed(final Former one) {
    return new ExplainedTarget(
        one.id(),
        one.kind(),
        one.target().value(),
        "",
        TargetStanding.REMOVED,
        List.of(),
        List.of(),
        Optional.of(one.removed()),
        Optional.empty());
  }

  private static ExplainedTarget told(
      final String id, final Kind kind, final Optional<Instant> removed, final TargetStory story) {
    return new ExplainedTarget(
        id,
        kind,
        story.target().value(),
        story.service(),
        TargetStanding.TOLD,
        List.of(),
        List.of(),
        removed,
        Optional.of(story));
  }

  /// What is registered no more and was removed too long ago to be known: its key follows from its
  /// id, and the trail may speak of it.
  private static List<ExplainedTarget> onlyInTrail(final HubSend about, final String asked) {
    final var keys = HubTargets.keys(about.organisation(), about.hub(), asked);
    key(asked).ifPresent(keys::add);
    return about.stories(keys).values().stream()
        .map(story ->
            told(
                story.target().value().equals(asked) ? "" : asked,
                Kind.REGISTRATION,
                Optional.empty(),
                story))
        .toList();
  }

  // ---- sends to handles -----------------------------------------------------------------------

  private List<ExplainedTarget> named(
      final HubSend about, final List<Addressed> all, final String asked, final Found found) {
    final var places =
        found.live.values().stream()
            .map(one -> one.target().address().token().value())
            .collect(Collectors.toCollection(HashSet::new));
    places.add(spelled(asked));
    final var named =
        all.stream()
            .filter(one ->
                one.key().value().equals(asked)
                    || one.address() instanceof final PushAddress.Direct direct
                        && places.stream().anyMatch(place -> isAt(direct, place)))
            .toList();
    if (named.isEmpty()) {
      final var id = found.live.values().stream().map(one -> one.entry().id()).findFirst();
      return List.of(bare(id.orElse(""), Kind.REGISTRATION, "", TargetStanding.NOT_NAMED));
    }
    final var stories =
        about.stories(named.stream().map(Addressed::key).collect(Collectors.toSet()));
    return named.stream()
        .map(one ->
            Optional.ofNullable(stories.get(one.key()))
                .map(story -> told("", Kind.REGISTRATION, Optional.empty(), story))
                .orElseGet(
                    () -> bare("", Kind.REGISTRATION, one.key().value(), about.withoutStory())))
        .toList();
  }
}

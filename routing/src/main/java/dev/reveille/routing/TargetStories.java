package dev.reveille.routing;

import dev.reveille.model.TargetKey;
import dev.reveille.routing.Sends.TargetStory;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailEntry.OfTarget;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.TrailStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Joins the lines of a send's trail per target. A large send has very many: they are read twice,
/// and only those of the targets that are asked for are held. Thread-safe; blocks on the disk.
final class TargetStories {
  /// What is known of one target while lines are read.
  private static final class Story {
    private final OfTarget first;
    private final List<Try> tries = new ArrayList<>();
    private boolean settled;

    Story(final OfTarget first) {
      this.first = first;
    }

    void add(final List<Try> more, final boolean isEnd) {
      tries.addAll(more);
      settled |= isEnd;
    }

    TargetStory told() {
      return new TargetStory(
          first.number(),
          first.target(),
          first.service(),
          first.template(),
          List.copyOf(tries),
          settled);
    }
  }

  private final TrailStore trail;

  TargetStories(final TrailStore trail) {
    this.trail = trail;
  }

  Optional<TargetStory> of(final long send, final TargetKey target) {
    return read(send, target::equals).stream().findFirst();
  }

  List<TargetStory> of(final long send, final Set<TargetKey> targets) {
    return read(send, targets::contains);
  }

  /// @param most how many, those with the lowest numbers above `after`
  List<TargetStory> page(final long send, final long after, final int most) {
    final var lowest = new TreeMap<Long, TargetKey>();
    trail.read(
        send,
        line -> {
          if (line instanceof final TrailEntry.Targets targets) {
            for (final var target : targets.targets()) {
              if (target.number() > after) {
                lowest.put(target.number(), target.target());
                if (lowest.size() > most) {
                  lowest.pollLastEntry();
                }
              }
            }
          }
        });
    final var wanted = Set.copyOf(lowest.values());
    return wanted.isEmpty() ? List.of() : read(send, wanted::contains);
  }

  private List<TargetStory> read(final long send, final Predicate<TargetKey> wanted) {
    final Map<TargetKey, Story> stories = new HashMap<>();
    trail.read(
        send,
        line -> {
          switch (line) {
            case final TrailEntry.Targets targets ->
                targets.targets().stream()
                    .filter(one -> wanted.test(one.target()))
                    .forEach(one ->
                        stories
                            .computeIfAbsent(one.target(), _ -> new Story(one))
                            .add(one.tries(), one.settled()));
            case final TrailEntry.Later later -> {
              final var story = stories.get(later.target());
              if (story != null) {
                story.add(later.tries(), later.settled());
              }
            }
            case TrailEntry.Opening _, TrailEntry.NoDevice _ -> {}
          }
        });
    return stories.values().stream()
        .map(Story::told)
        .sorted(Comparator.comparingLong(TargetStory::number))
        .toList();
  }
}

package dev.reveille.server;

import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.federation.FollowedSettings;
import dev.reveille.protocols.federation.OwnSetting;
import dev.reveille.protocols.federation.SettingsFeed;
import dev.reveille.protocols.rest.Findings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds where the settings of an edge are not those of its home: at the edge and at home.
/// Thread-safe.
final class SettingsFindings implements Findings {
  /// Home and its edge agree every few seconds.
  private static final Duration LATE = Duration.ofMinutes(1);

  private final Optional<FollowedSettings> followed;
  private final InstantSource clock;
  private final Instant since;
  private volatile @Nullable SettingsFeed feed;

  /// @param followed what this server follows; empty where it is no edge with a home behind it
  SettingsFindings(final Optional<FollowedSettings> followed, final InstantSource clock) {
    this.followed = followed;
    this.clock = clock;
    this.since = clock.instant();
  }

  /// What this server sends to its edge.
  void feeds(final SettingsFeed toEdge) {
    feed = toEdge;
  }

  @Override
  public List<Finding> find(final OrganisationId asking, final Predicate<AppId> own) {
    final var findings = new ArrayList<Finding>();
    final boolean isFirst = asking.equals(OrganisationId.FIRST);
    final Predicate<OwnSetting> isShown =
        each -> isFirst || each.organisation().equals(asking.value());
    followed.ifPresent(here -> {
      if (isFirst) {
        ofAge(here).ifPresent(findings::add);
      }
      here.differences().stream()
          .filter(isShown)
          .forEach(each -> findings.add(differs(each, "This edge", "here")));
    });
    final var toEdge = feed;
    if (toEdge != null) {
      if (isFirst) {
        unfollowed(toEdge).ifPresent(findings::add);
      }
      toEdge.state().own().stream()
          .filter(isShown)
          .forEach(each -> findings.add(differs(each, "The edge", "at the edge")));
    }
    return findings;
  }

  @Override
  public List<String> warnings() {
    final var found = new ArrayList<Finding>();
    followed.flatMap(this::ofAge).ifPresent(found::add);
    final var toEdge = feed;
    if (toEdge != null) {
      unfollowed(toEdge).ifPresent(found::add);
    }
    return found.stream()
        .map(each -> "warning %s: %s %s".formatted(each.id(), each.sentence(), each.remedy()))
        .toList();
  }

  private Optional<Finding> ofAge(final FollowedSettings here) {
    if (here.state().isEmpty()) {
      return Optional.of(
          new Finding(
              false,
              "home-settings-never-came",
              "federation",
              "This edge never had settings from the home behind it; those that were set here"
                  + " count alone.",
              "Start the home with federation.edge, or go on administering the edge alone."));
    }
    return here.oldSince()
        .map(moment ->
            new Finding(
                true,
                "home-settings-old",
                "federation",
                "Home has not confirmed its settings since %s; this edge goes on with them."
                    .formatted(moment.truncatedTo(ChronoUnit.SECONDS)),
                "See whether home runs and reaches this edge: `reveille test push` at home."));
  }

  private Optional<Finding> unfollowed(final SettingsFeed toEdge) {
    final var state = toEdge.state();
    final var last = state.confirmed().orElse(since);
    if (Duration.between(last, clock.instant()).compareTo(LATE) <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            true,
            "edge-settings-old",
            "federation",
            "The edge goes on with settings of %s%s."
                .formatted(
                    state
                        .confirmed()
                        .map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString())
                        .orElse("an unknown time"),
                    state.fault().isEmpty() ? "" : " (" + state.fault() + ")"),
            "See whether the edge is there: `reveille test push`."));
  }

  private static Finding differs(final OwnSetting each, final String who, final String where) {
    return new Finding(
        false,
        "edge-setting-differs",
        each.object(),
        "%s has %s of its own (%s), which counts; home has %s."
            .formatted(
                who,
                each.object(),
                each.here(),
                each.home().isEmpty() ? "none" : "(" + each.home() + ")"),
        "Remove it " + where + " to follow home, or set the same at home.");
  }
}

package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.Audience;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.Sends;
import dev.reveille.routing.Sends.TargetStory;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Selection;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.SendLog.Progress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A send of a hub, as it is asked about: judges whether it is for a target.
///
/// For one thread.
final class HubSend {
  private final StoredJob stored;
  private final Send send;
  private final HubRegistrations registrations;
  private final Sends sends;
  private final Optional<Progress> progress;

  HubSend(final StoredJob stored, final HubRegistrations registrations, final Sends sends) {
    this.stored = stored;
    this.send = (Send) stored.job();
    this.registrations = registrations;
    this.sends = sends;
    this.progress = sends.progress(stored.sequence());
  }

  OrganisationId organisation() {
    return send.key().organisation();
  }

  /// By which the store of registrations knows its hub.
  String hub() {
    return organisation() + "/" + send.key().source().substring(Send.HUBS.length());
  }

  Audience to() {
    return send.to();
  }

  /// What its trail says of these; those of which it says nothing are not among them.
  Map<TargetKey, TargetStory> stories(final Set<TargetKey> of) {
    final Map<TargetKey, TargetStory> stories = new LinkedHashMap<>();
    sends.targets(stored.sequence(), of).forEach(story -> stories.put(story.target(), story));
    return stories;
  }

  /// How a target of an entry stands to it.
  ///
  /// @param story what the trail says of the target
  ExplainedTarget judged(
      final Entry entry, final Target target, final Optional<TargetStory> story) {
    final var which =
        send.to() instanceof Audience.Registered(_, var text, _)
            ? Optional.of(SendSelection.read(text))
            : Optional.<Selection>empty();
    final var standing =
        story.isPresent()
            ? TargetStanding.TOLD
            : which.map(selection -> standing(selection, target)).orElse(TargetStanding.NOT_NAMED);
    final var evidence =
        which
            .flatMap(Selection::tags)
            .filter(tags -> standing == TargetStanding.TAGS_DIFFER || standing.isMatch())
            .filter(tags -> tags.matches(target.tags()) == standing.isMatch())
            .map(tags -> TagEvidence.of(tags, target.tags()))
            .orElse(TagEvidence.NONE);
    return new ExplainedTarget(
        entry.id(),
        entry.kind(),
        target.key().value(),
        target.address().service().word(),
        standing,
        evidence.carried(),
        evidence.lacked(),
        Optional.empty(),
        story);
  }

  /// Why the trail says nothing of a target.
  private TargetStanding standing(final Selection which, final Target target) {
    final boolean ofOther =
        which.service().filter(one -> one != target.address().service()).isPresent();
    if (ofOther && target.template().isEmpty()) {
      return TargetStanding.OTHER_SERVICE;
    }
    if (!which.isOfKind(target)) {
      return TargetStanding.OTHER_FORM;
    }
    final var there = registrations.find(hub(), target.key());
    if (there.isEmpty()) {
      return TargetStanding.ENDED;
    }
    final long number = there.get().number();
    if (send.to() instanceof Audience.Registered(_, _, var upTo) && number > upTo) {
      return TargetStanding.REGISTERED_LATER;
    }
    if (which.tags().filter(tags -> !tags.matches(target.tags())).isPresent()) {
      return TargetStanding.TAGS_DIFFER;
    }
    return progress.map(known -> meant(known, number)).orElse(TargetStanding.CHANGED_SINCE);
  }

  /// Of a target that the send itself names, and of which the trail says nothing.
  TargetStanding withoutStory() {
    return progress
        .map(known ->
            switch (known.state()) {
              case SCHEDULED -> TargetStanding.TURN_TO_COME;
              case GOES_ON -> TargetStanding.UNDER_WAY;
              case CANCELLED -> TargetStanding.CANCELLED;
              case GIVEN_UP -> TargetStanding.GIVEN_UP;
              case OVER -> TargetStanding.FORGOTTEN;
            })
        .orElse(TargetStanding.FORGOTTEN);
  }

  private static TargetStanding meant(final Progress progress, final long number) {
    if (number <= progress.reached()) {
      return TargetStanding.CHANGED_SINCE;
    }
    return switch (progress.state()) {
      case SCHEDULED -> TargetStanding.TURN_TO_COME;
      case GOES_ON ->
          number > progress.maybeBegun() ? TargetStanding.TURN_TO_COME : TargetStanding.UNDER_WAY;
      case CANCELLED -> TargetStanding.CANCELLED;
      case GIVEN_UP -> TargetStanding.GIVEN_UP;
      case OVER -> TargetStanding.CHANGED_SINCE;
    };
  }
}

package dev.reveille.bench.breaks;

import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.Stores;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailEntry.Try;
import java.util.List;
import java.util.function.Consumer;

/// Leaves `uncertain` out of what is read of a send's trail, so that a repeat has no reason there.
record SendUncertainHidden(Strikes strikes) implements Break {
  @Override
  public Stores stores(final Stores stores) {
    return WrappedJournal.in(
        stores,
        new WrappedTrail(stores.trail()) {
          @Override
          public void read(final long event, final Consumer<TrailEntry> reader) {
            trail.read(event, line -> reader.accept(without(line)));
          }
        });
  }

  private TrailEntry without(final TrailEntry line) {
    return switch (line) {
      case TrailEntry.Targets(var event, var at, var targets) ->
          new TrailEntry.Targets(
              event,
              at,
              targets.stream()
                  .map(one ->
                      new TrailEntry.OfTarget(
                          one.number(),
                          one.target(),
                          one.service(),
                          one.template(),
                          without(event, one.target(), one.tries()),
                          one.settled(),
                          one.waits()))
                  .toList());
      case TrailEntry.Later(var event, var target, var service, var at, var tries, var settled) ->
          new TrailEntry.Later(event, target, service, at, without(event, target, tries), settled);
      case TrailEntry.Opening opening -> opening;
      case TrailEntry.NoDevice none -> none;
    };
  }

  private List<Try> without(final long event, final TargetKey target, final List<Try> tries) {
    return target.kind() == TargetKey.Kind.ADDRESS
        ? tries.stream().filter(one -> !isStruck(event, target, one)).toList()
        : tries;
  }

  private boolean isStruck(final long event, final TargetKey target, final Try one) {
    return one.outcome().equals(Outcome.UNCERTAIN.word()) && strikes.hit(event + " at " + target);
  }
}

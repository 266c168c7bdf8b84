package dev.reveille.bench.breaks;

import dev.reveille.routing.port.Stores;
import dev.reveille.routing.port.TrailEntry;
import java.util.function.Consumer;

/// Leaves the settling line of a device out of an event's trail.
///
/// The line is missing for every reader of the trail. It is not taken out of the journal, because
/// after a restart the server would then deliver the event again, and more than one verdict would
/// see it.
record TrailMissing(Strikes strikes) implements Break {
  @Override
  public Stores stores(final Stores stores) {
    return WrappedJournal.in(
        stores,
        new WrappedTrail(stores.trail()) {
          @Override
          public void read(final long event, final Consumer<TrailEntry> reader) {
            trail.read(
                event,
                line -> {
                  if (!isStruck(line)) {
                    reader.accept(line);
                  }
                });
          }
        });
  }

  private boolean isStruck(final TrailEntry line) {
    return switch (line) {
      case TrailEntry.Opening opening -> opening.settled() && isStruck(line, opening.target());
      case TrailEntry.Later later -> later.settled() && isStruck(line, later.target());
      case TrailEntry.NoDevice _, TrailEntry.Targets _ -> false;
    };
  }

  private boolean isStruck(final TrailEntry line, final Object device) {
    return strikes.hit(line.event() + " at " + device);
  }
}

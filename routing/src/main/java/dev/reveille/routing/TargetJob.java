package dev.reveille.routing;

import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.Installation;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.Route;
import dev.reveille.model.RouteDecision;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.LiveRoutes.Frame;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailEntry.Known;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WorkKey;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The job of a piece of [Work], for one target: an event for a device, or a send for an address.
/// It tells [Delivery] and [Pushing] what they must know of the job (deadline, weight, reason), so
/// that they depend on no kind of job.
sealed interface TargetJob {
  /// Whose job it is.
  OrganisationId organisation();

  /// What it counts in memory, in the measure of [Admission#contentWeight].
  int weight();

  /// When its job was accepted.
  Instant since();

  /// No try leaves at this moment or later.
  Instant deadline();

  /// The same after the clock was set.
  TargetJob present(ServerClock clock);

  /// Why it goes out.
  Reason why();

  /// Whether it rings: repeats of a ring fold on the device.
  boolean rings();

  /// A ring leaves, so its end must be told there.
  void leaves(Calls calls);

  /// Where it goes when its frame is not acknowledged; null for nowhere.
  @Nullable PushAddress otherwise();

  /// Nothing more of it is under way: it is settled, or waits as a row.
  void ended();

  /// An event for a device of one of its recipients.
  ///
  /// @param stored with a life by the present time
  /// @param user whose device it is
  /// @param devices to how many devices the event went; of no use for one that was dispatched
  ///   before
  record ForDevice(
      StoredJob stored,
      Installation installation,
      UserId user,
      RouteDecision decision,
      Known known,
      Instant decidedAt,
      int devices)
      implements TargetJob {
    WorkKey key() {
      return new WorkKey(stored.sequence(), installation.id().target());
    }

    Frame frame(final Route.Held over) {
      return new Frame(stored, installation.id(), over);
    }

    @Override
    public OrganisationId organisation() {
      return stored.event().key().organisation();
    }

    @Override
    public int weight() {
      return Admission.contentWeight(stored.event());
    }

    @Override
    public Instant since() {
      return stored.at();
    }

    @Override
    public Instant deadline() {
      return stored.event().life().alertBefore();
    }

    @Override
    public ForDevice present(final ServerClock clock) {
      return new ForDevice(
          clock.present(stored), installation, user, decision, known, decidedAt, devices);
    }

    @Override
    public Reason why() {
      return decision.why();
    }

    @Override
    public boolean rings() {
      return stored.event() instanceof IncomingCall;
    }

    @Override
    public void leaves(final Calls calls) {
      if (stored.event() instanceof final IncomingCall call) {
        calls.rang(call.key().organisation(), call.call(), installation.id());
      }
    }

    @Override
    public @Nullable PushAddress otherwise() {
      return decision instanceof RouteDecision.Then(_, _, var otherwise, _)
          ? otherwise.address()
          : null;
    }

    @Override
    public void ended() {}

    /// The first line of its trail.
    TrailEntry.Opening opening(final WorkKey key, final List<Try> tries, final boolean settled) {
      return new TrailEntry.Opening(
          key.job(),
          devices,
          user,
          key.target(),
          decidedAt,
          known,
          decision.word(),
          decision.why(),
          tries,
          settled);
    }
  }

  /// A send for one of its addresses.
  ///
  /// @param stored the send, with a life by the present time
  /// @param number of the address in the send's audience, 0 for one that comes back from a row
  /// @param page to which it belongs, null for one that comes back from a row
  record ForAddress(
      StoredJob stored, Addressed to, SendWords words, long number, @Nullable SendPage page)
      implements TargetJob {
    WorkKey key() {
      return new WorkKey(stored.sequence(), to.key());
    }

    @Override
    public OrganisationId organisation() {
      return stored.job().key().organisation();
    }

    /// Whether a notification hub sends it.
    boolean isOfHub() {
      return stored.job() instanceof final Send send && send.isOfHub();
    }

    @Override
    public int weight() {
      return 1; // what it says is shared, or no larger than its push service takes
    }

    @Override
    public Instant since() {
      return stored.at();
    }

    @Override
    public Instant deadline() {
      final var end = stored.job().life().alertBefore();
      return words.until().isBefore(end) ? words.until() : end;
    }

    @Override
    public ForAddress present(final ServerClock clock) {
      return new ForAddress(clock.present(stored), to, words, number, page);
    }

    @Override
    public Reason why() {
      return Reason.SEND_TO_ADDRESS;
    }

    @Override
    public boolean rings() {
      return false;
    }

    @Override
    public void leaves(final Calls calls) {}

    @Override
    public @Nullable PushAddress otherwise() {
      return null;
    }

    @Override
    public void ended() {
      if (page != null) {
        page.ended();
      }
    }

    /// Asked right before a push leaves: false once the send is cancelled.
    BooleanSupplier wanted() {
      return page == null ? () -> true : page::isWanted;
    }

    /// What its push says.
    SendWords.Said said() {
      return switch (words) {
        case SendWords.Said said -> said;
        case SendWords.Unsaid _ -> throw new IllegalStateException("there is nothing to say");
      };
    }

    /// Under which its end is counted: its push service, or the form of it in which it is told.
    String service() {
      return words.format().isEmpty() ? to.address().service().word() : words.format();
    }

    /// What became of it so far.
    TrailEntry.OfTarget line(final List<Try> tries, final boolean settled, final boolean waits) {
      return new TrailEntry.OfTarget(
          number, to.key(), service(), words.template(), tries, settled, waits);
    }
  }
}

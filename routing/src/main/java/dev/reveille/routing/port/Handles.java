package dev.reveille.routing.port;

import dev.reveille.model.AppId;
import dev.reveille.model.HandleId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The handles of a clearing house: each stands for one push token of one app, and one partner of
/// the app's publisher may push to it. Partners know handles only.
///
/// ```
///   claim ── challenge came back ──► active ── revoked, or the token is dead ──► over ── 30 days ──► unknown
///     └── 10 minutes ──► unknown        ▲ │
///                                       └─┘ claim of another token, whose challenge came back
/// ```
///
/// A claim is what a device asks for: a new handle, or another token beneath one. It comes true
/// when the device tells the challenge that was pushed to the token. Of one token, app and partner
/// there is one active handle: who claims it again gets the same.
///
/// Thread-safe; methods touch the disk, and a change is durable when it returns. The parameter
/// `who` names who makes the change, for the audit log of the publisher; what a device changes
/// ([Registry#device]) is not written there. No token is in the audit log.
public interface Handles {
  /// So long a claim waits for its challenge.
  Duration CLAIMED = Duration.ofMinutes(10);

  /// So long a handle that is over is known as such.
  Duration REMEMBERED = Duration.ofDays(30);

  /// Active handles of one token, over all apps and partners.
  int MOST_OF_TOKEN = 50;

  /// Claims of one token that wait at the same time.
  int MOST_CLAIMS_OF_TOKEN = 5;

  /// The states of a handle. Their words stand on disk.
  enum State {
    /// Claimed, and the challenge did not come back yet: nothing is pushed to it.
    PENDING("pending"),
    ACTIVE("active"),
    /// By the device, the partner, or an operator.
    REVOKED("revoked"),
    /// Its token exists no more.
    DEAD("dead");

    private final String word;

    State(final String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// Whom a handle is for.
  ///
  /// @param publisher the organisation that publishes the app
  /// @param partner the domain, in lower case
  record Owner(OrganisationId publisher, String partner, AppId app) {}

  /// A handle as it stands.
  ///
  /// @param address beneath, with the token; present as long as the handle is active, and of one
  ///   that is pending the one that is claimed
  /// @param madeAt when it was claimed first
  /// @param since when it came into its state
  /// @param why the token is dead; empty in every other state
  record Handle(
      HandleId id,
      Owner owner,
      State state,
      Optional<PushAddress.Direct> address,
      Instant madeAt,
      Instant since,
      Optional<Reason> why) {
    public boolean isActive() {
      return state == State.ACTIVE;
    }
  }

  /// What a device asks for.
  ///
  /// @param challenge names the claim; not the word itself that the device has to tell
  /// @param handle a new one, or the one whose token is to be replaced
  /// @param replaces whether the handle is there already
  /// @param address with the token that is to be proven
  record Claim(
      String challenge,
      HandleId handle,
      boolean replaces,
      Owner owner,
      PushAddress.Direct address,
      Instant until) {}

  /// The result of [#claim].
  enum Claimed {
    KEPT,
    /// The token has [#MOST_OF_TOKEN] handles, or [#MOST_CLAIMS_OF_TOKEN] claims wait.
    TOO_MANY_OF_TOKEN,
    /// The partner has as many handles as it may have.
    TOO_MANY_OF_PARTNER,
    /// The handle whose token is to be replaced is not active.
    NOT_ACTIVE
  }

  /// A claim that came true.
  ///
  /// @param isNew the handle was given out with it, or again, so that its secret is now the one
  ///   that was given
  record Confirmed(Handle handle, boolean isNew) {}

  /// Keeps a claim.
  ///
  /// @param mostOfPartner active handles that the partner may have of the publisher
  /// @throws Registry.Taken when the publisher was removed
  Claimed claim(Claim claim, long mostOfPartner);

  /// Drops a claim that came to nothing.
  void drop(String challenge);

  /// The challenge came back: the handle is active with the claimed address from now on. Where the
  /// token had an active handle for the same partner and app, that one is meant, and the claimed
  /// one never comes to be; where another token is replaced, that one ends. Told again in time, it
  /// answers the same.
  ///
  /// @param handle as it was claimed
  /// @param secretHash of the secret by which the device is known for this handle from now on; not
  ///   used where a token was replaced
  /// @return empty when there is no such claim any more, or its handle was revoked since
  Optional<Confirmed> confirm(HandleId handle, String challenge, byte[] secretHash);

  /// A handle, whether it is active, was, or is claimed; empty for one that was never given out and
  /// for one that is over for longer than [#REMEMBERED].
  Optional<Handle> find(HandleId handle);

  /// The same for the device that has its secret; empty where it has another, and for one that is
  /// only claimed.
  Optional<Handle> find(HandleId handle, byte[] secretHash);

  /// Ends a handle or drops its claim.
  ///
  /// @return whether it was active or claimed
  boolean revoke(OrganisationId publisher, HandleId handle, String who);

  /// Ends all of a partner, and drops what is claimed for it.
  ///
  /// @param app empty for all apps
  /// @return how many were active
  long revokeAll(OrganisationId publisher, String partner, Optional<AppId> app, String who);

  /// The push service says that a token exists no more.
  ///
  /// @param address as it was pushed to: where the handle has another token by now, or the same was
  ///   confirmed later than `since`, it stays
  /// @return whether the handle ended
  boolean dead(HandleId handle, PushAddress.Direct address, Reason why, Instant since);

  /// Selects handles for a list.
  ///
  /// @param partner "" for all
  /// @param app empty for all
  record Filter(String partner, Optional<AppId> app) {}

  /// The place of a handle in a list: by partner, app, and handle.
  record Place(String partner, String app, String handle) {
    /// Before the first.
    public static final Place FIRST = new Place("", "", "");

    public static Place of(final Handle handle) {
      return new Place(handle.owner().partner(), handle.owner().app().value(), handle.id().value());
    }
  }

  /// Handles that are active or over, without claims.
  List<Handle> list(OrganisationId publisher, Filter which, Place after, int most);

  /// How many handles are active for a partner and app.
  record Count(String partner, AppId app, long active) {}

  /// Of all partners and apps that have one, by their order. Costs no more for many handles.
  List<Count> counts(OrganisationId publisher);

  // ---- codes ----------------------------------------------------------------------------------

  /// A code with which devices of a partner may claim handles of the publisher's apps. The code
  /// itself is shown once, when it is made.
  ///
  /// @param id its public name
  /// @param uses how often it can still be used
  record Code(
      String id,
      OrganisationId publisher,
      String partner,
      int uses,
      Instant madeAt,
      Instant expires) {}

  /// @throws Registry.Taken when the publisher was removed
  void keepCode(Code code, byte[] codeHash, String who);

  /// Looks at a code without using it; empty when it is unknown, used up, expired, or of another
  /// publisher or partner.
  Optional<Code> code(OrganisationId publisher, String partner, byte[] codeHash);

  /// Uses a code once.
  ///
  /// @return false when it is unknown, used up, expired, or of another publisher or partner
  boolean takeCode(OrganisationId publisher, String partner, byte[] codeHash);

  /// Those that can still be used, by partner and id.
  ///
  /// @param partner "" for all
  List<Code> codes(OrganisationId publisher, String partner);

  /// @return whether there was such a code
  boolean removeCode(OrganisationId publisher, String partner, String id, String who);
}

package dev.reveille.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// An address at which a push service reaches one app on one device.
public sealed interface PushAddress {
  PushService service();

  PushChannel channel();

  /// Who sends to it.
  default SenderId sender() {
    return service().sender();
  }

  /// Whether both lead to the same place.
  default boolean hasTokenOf(final PushAddress other) {
    return switch (this) {
      case Direct(_, _, _, _, _, var token, _, _, _, _) ->
          other instanceof Direct(_, _, _, _, _, var another, _, _, _, _) && token.equals(another);
    };
  }

  /// An address at the push service itself, for which the server has the credentials; or a handle
  /// under which a clearing house, which has them, knows such an address.
  ///
  /// @param scope the topic (Apple) or project (Google) that the token was given out for, as
  ///   [PushScope]; the origin of an endpoint or channel; the clearing house of a handle; "" for
  ///   the app's own. It stands on disk and says which of the app's credentials is the right one,
  ///   and what can be out of reach as a whole
  /// @param token where the service's addresses are URLs, the URL; where a clearing house has the
  ///   token, the [HandleId] that stands for it
  /// @param sandbox the token belongs to the platform's test environment
  /// @param registeredAt when the app told us: a refusal older than this says nothing
  /// @param doubt present while nothing is sent to it, because the platform refused it for a reason
  ///   that may be a mistake in the app's settings
  /// @param keys of a browser's subscription; empty for every other service
  /// @param until when its registration ends; empty for one that stays
  record Direct(
      PushService service,
      PushChannel channel,
      AppId app,
      String scope,
      boolean sandbox,
      PushToken token,
      Instant registeredAt,
      Optional<Doubt> doubt,
      Optional<SubscriptionKeys> keys,
      Optional<Instant> until)
      implements PushAddress {
    /// An address whose registration stays.
    public Direct(
        final PushService service,
        final PushChannel channel,
        final AppId app,
        final String scope,
        final boolean sandbox,
        final PushToken token,
        final Instant registeredAt,
        final Optional<Doubt> doubt,
        final Optional<SubscriptionKeys> keys) {
      this(
          service,
          channel,
          app,
          scope,
          sandbox,
          token,
          registeredAt,
          doubt,
          keys,
          Optional.empty());
    }

    /// An address of the app's own scope that is not doubted.
    public Direct(
        final PushService service,
        final PushChannel channel,
        final AppId app,
        final boolean sandbox,
        final PushToken token,
        final Instant registeredAt) {
      this(
          service,
          channel,
          app,
          "",
          sandbox,
          token,
          registeredAt,
          Optional.empty(),
          Optional.empty());
    }

    /// The same address, given out for another scope.
    public Direct withScope(final String other) {
      return new Direct(
          service, channel, app, other, sandbox, token, registeredAt, doubt, keys, until);
    }

    /// The same address, of a browser's subscription with these keys.
    public Direct withKeys(final SubscriptionKeys its) {
      return new Direct(
          service,
          channel,
          app,
          scope,
          sandbox,
          token,
          registeredAt,
          doubt,
          Optional.of(its),
          until);
    }

    /// The same address, doubted.
    public Direct doubted(final Doubt by) {
      return new Direct(
          service, channel, app, scope, sandbox, token, registeredAt, Optional.of(by), keys, until);
    }

    /// The same address as the platform took it: not doubted, and in that environment.
    public Direct proven(final boolean inSandbox) {
      return new Direct(
          service,
          channel,
          app,
          scope,
          inSandbox,
          token,
          registeredAt,
          Optional.empty(),
          keys,
          until);
    }

    /// The same address, whose registration ends then.
    public Direct endingAt(final Instant end) {
      return new Direct(
          service,
          channel,
          app,
          scope,
          sandbox,
          token,
          registeredAt,
          doubt,
          keys,
          Optional.of(end));
    }

    /// The domain of the clearing house whose handle it is; empty where the push service is reached
    /// directly.
    public Optional<String> clearingHouse() {
      return PushScope.clearingHouseOf(scope);
    }

    @Override
    public SenderId sender() {
      return clearingHouse().isPresent() ? PushScope.CLEARING_HOUSE : service.sender();
    }

    /// Whether its registration has ended.
    public boolean hasEnded(final Instant now) {
      return until.isPresent() && !now.isBefore(until.get());
    }
  }

  /// Why nothing is sent to an address until the app's settings change.
  ///
  /// @param since when the platform refused it
  /// @param why what it said
  /// @param credentials the app's [App#credentials()] when it was refused; when that number has
  ///   grown, the next event tries the address again. [App#UNKNOWN_CREDENTIALS] when it was not
  ///   known: then the next event tries it, too
  record Doubt(Instant since, Reason why, long credentials) {
    /// An address that was doubted for so long is removed.
    public static final Duration LONGEST = Duration.ofDays(30);

    /// Whether the settings have changed since, so that the address is worth a try.
    public boolean isWorthATry(final long credentialsNow) {
      return credentials == App.UNKNOWN_CREDENTIALS || credentialsNow > credentials;
    }

    /// Whether the address is to be removed.
    public boolean isTooOld(final Instant now) {
      return !now.isBefore(since.plus(LONGEST));
    }
  }
}

package dev.reveille.routing;

import dev.reveille.model.App;
import dev.reveille.model.Audience;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushAddress.Doubt;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import java.time.Instant;

/// Stores what the answers to pushes say about their addresses: for devices in the registry, for an
/// audience in its own store. An address that stands in a send is stored nowhere; its trail tells
/// the caller.
///
/// Belongs to the dispatcher's thread.
final class AddressVerdicts {
  private final Addresses addresses;

  AddressVerdicts(final Addresses addresses) {
    this.addresses = addresses;
  }

  /// What a refusal says about the address.
  void learned(
      final Work work,
      final PushAddress.Direct to,
      final Reason why,
      final Verdict address,
      final Instant now) {
    switch (address) {
      case Verdict.Nothing _ -> {}
      case Verdict.Doubted(var forNow) -> {
        final long until = forNow ? App.UNKNOWN_CREDENTIALS : work.credentials;
        doubted(work, to, new Doubt(now, why, until));
      }
      case Verdict.Gone(var since) -> gone(work, to, since, Reason.TOKEN_RETIRED);
    }
  }

  void proven(final Work work, final PushAddress.Direct to, final boolean inSandbox) {
    switch (work.targetJob) {
      case TargetJob.ForDevice device ->
          addresses.proven(device.installation().id(), to, inSandbox);
      case TargetJob.ForAddress _ -> {} // it stands in the send
    }
  }

  private void doubted(final Work work, final PushAddress.Direct to, final Doubt doubt) {
    switch (work.targetJob) {
      case TargetJob.ForDevice device -> addresses.doubted(device.installation().id(), to, doubt);
      case TargetJob.ForAddress _ -> {} // the trail tells the caller why it was refused
    }
  }

  void gone(final Work work, final PushAddress.Direct to, final Instant since, final Reason why) {
    switch (work.targetJob) {
      case TargetJob.ForDevice device ->
          addresses.gone(device.installation().id(), work.key, work.pushTries, to, since, why);
      case TargetJob.ForAddress target -> {
        if (((Send) target.stored().job()).to() instanceof final Audience.Registered audience) {
          addresses.dead(audience, work.key.target(), to, since);
        }
      }
    }
  }
}

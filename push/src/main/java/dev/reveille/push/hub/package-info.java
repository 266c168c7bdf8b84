/// Pushes through the notification hub that is linked to an app's communication resource: a hub of
/// this server, whose credentials the platform's own sender uses, or one elsewhere, by Direct Send.
///
/// [HubSender] is the front, [LinkedHubs] says which hub it is at this moment, [CallingPayload] is
/// what the calling SDK on the phone reads.
@NullMarked
package dev.reveille.push.hub;

import org.jspecify.annotations.NullMarked;

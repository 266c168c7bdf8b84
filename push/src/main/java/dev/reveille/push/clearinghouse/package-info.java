/// The way to devices through the clearing house of their app's publisher, who alone has the keys
/// of the platforms: pushes go to handles, over SIP and the organisation's federation, and what
/// became of them is reported back.
///
/// [dev.reveille.push.clearinghouse.ClearingHouseSender] is the front class.
@NullMarked
package dev.reveille.push.clearinghouse;

import org.jspecify.annotations.NullMarked;

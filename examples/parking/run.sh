#!/usr/bin/env bash
# Parking: a bay's operator offers its bays; a car finds one near by that its own sensor calls free, takes the offer, and
# pays by the minute out of its own account. One car parks and leaves. Of another the bay says that it has left, and the
# car that it has not: they are not of one mind, the contract says what holds then. Nobody does anything after taking.
#   examples/parking/run.sh [FOLDER]     where the four members keep their data (default: a new temporary folder)
set -euo pipefail

home=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
folder=${1:-$(mktemp -d)}
names=(driver operator bank city)
# shellcheck source=examples/members.sh
. "$home/examples/members.sh"

found_members

say "the bank issues 100.00 euros to the driver, who gives each car 20.00 of its own"
issue_euros bank 100.00 driver
for car in car-1 car-2; do
  device driver "$car"
  sure answers driver "/api/accounts/device/driver:$car" '"amount":"20.00"' -- t driver money send 20.00 bank:EUR --to "driver:$car"
done

say "the operator has two bays, whose sensors the driver may read, and offers each for 0.05 a minute"
"$home/thingstead" contract template parking >"$folder/parking.yaml"
places=(48.14010,11.55850 48.14020,11.55900)
for n in 0 1; do
  bay=lot-$((n + 1))
  device operator "$bay"
  sure answers operator /api/grants "\"operator:$bay\"" -- t operator grant "$bay" --to driver
  measures operator "$bay" occupied=0:1
  sure answers operator "/api/offers?kind=parking.bay" "\"operator:$bay\"" -- t operator market offer parking.bay \
    --device "$bay" --at "${places[n]}" --price 0.05 --asset bank:EUR --per min --places 1 \
    --terms "$folder/parking.yaml" --as operator --set bay="operator:$bay" --set talk_time="1 min" --open car
done

# The nearest offer, as the driver's node finds them, whose bay its own sensor calls free: "OFFER BAY".
free_bay() {
  local offer bay i
  for ((i = 0; i < 120; i++)); do
    while read -r offer bay; do
      if answers driver "/api/things/$bay/property?name=occupied" '^0\(\.0\)\?$'; then
        echo "$offer $bay"
        return
      fi
    done < <(t driver market find parking.bay --near 48.14000,11.55800 --within 500 --asset bank:EUR --at-most 0.10 --free \
      | sed -n 's/^offer \([0-9]*\): parking.bay by \([a-z0-9:-]*\),.*/\1 \2/p')
    sleep 0.5
  done
  die "no bay is free"
}

# A car parks: it takes the offer of the nearest free bay, and its contract begins.
park() {
  local number=$1 car=$2 offer bay
  read -r offer bay < <(free_bay)
  say "$car finds $bay free and takes offer $offer: 0.05 a minute"
  echo "${bay#*:}" >>"$folder/taken"
  sure answers driver "/api/contracts/$number" '"number"' -- last driver market take "$offer" --for "driver:$car" --set car="driver:$car"
  printf '   watch it on %s\n' "$(page driver "/contracts/$number")"
  measures driver "$car" parked=1:1
  measures operator "${bay#*:}" occupied=1:1
  wait_for answers driver "/api/contracts/$number" '"state":"parked_in"'
}

: >"$folder/taken"
park 1 car-1
park 2 car-2
first=$(sed -n 1p "$folder/taken") second=$(sed -n 2p "$folder/taken")

say "both stay for a while"
sleep 65

say "car-1 leaves, as its bay says too"
measures driver car-1 parked=0:1
measures operator "$first" occupied=0:1
say "$second says that car-2 has left; car-2 says that it has not"
measures operator "$second" occupied=0:1
wait_for answers driver "/api/contracts/2" '"state":"\(leaving\|disputed\)"'
measures driver car-2 parked=1:1 --times 3

ended driver 1 settled
ended operator 2 unsettled

# What the ledger's own times make of it, in cents: five for each begun minute between the two events.
owed() {
  local times
  times=$(ask city "/api/contracts/$1" | tr '{' '\n' | sed -n 's/.*"timeMs":\([0-9]*\).*showed readings for “\(in\|out\)”.*/\2 \1/p')
  awk '{ at[$1] = $2 } END { ms = at["out"] - at["in"]; minutes = int((ms + 59999) / 60000); print minutes * 5 }' <<<"$times"
}
euros() { printf '%d.%02d' $(($1 / 100)) $(($1 % 100)); }

one=$(owed 1) two=$(owed 2)
say "car-1 owed $(euros "$one"), car-2 $(euros "$two"), and all four members say that this was paid"
balances <<EOF
member/driver 60.00
device/driver:car-1 $(euros $((2000 - one)))
device/driver:car-2 $(euros $((2000 - two)))
member/operator $(euros $((one + two)))
EOF
say "what the next car finds, with how stays there have ended"
t driver market find parking.bay --near 48.14000,11.55800
the_end "one stay is settled, the other in dispute, and nothing is lost"

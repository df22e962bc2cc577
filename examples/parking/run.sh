#!/usr/bin/env bash
# Parking: a car finds a free bay by the bay's own sensor, agrees on the price with who runs it, and pays by the minute
# out of its own account. One car parks and leaves. Of another the bay says that it has left, and the car that it has
# not: they are not of one mind, the contract says what holds then. Nobody does anything after signing.
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

say "the operator has two bays, whose sensors the driver may read"
for bay in bay-1 bay-2; do
  device operator "$bay"
  sure answers operator /api/grants "\"operator:$bay\"" -- t operator grant "$bay" --to driver
  measures operator "$bay" occupied=0:1
done

# The first bay that its own sensor calls free, as the driver's node has it from the operator's log.
free_bay() {
  local bay i
  for ((i = 0; i < 120; i++)); do
    for bay in bay-1 bay-2; do
      if ! grep -q "^$bay$" "$folder/taken" && answers driver "/api/things/operator:$bay/property?name=occupied" '^0$'; then
        echo "$bay" | tee -a "$folder/taken"
        return
      fi
    done
    sleep 0.5
  done
  die "no bay is free"
}

# A car parks: a contract of its own between the car's account and the operator.
park() {
  local number=$1 car=$2 bay
  bay=$(free_bay)
  say "$car finds $bay free, and they agree on 0.05 a minute"
  "$home/thingstead" contract template parking \
    | sed "s/operator:bay-1/operator:$bay/; s/driver:car-1/driver:$car/" >"$folder/parking-$number.yaml"
  agree "$number" "$folder/parking-$number.yaml" driver operator -- \
    --set talk_time="1 min" --set driver="device/driver:$car" --set operator=member/operator
  measures driver "$car" parked=1:1
  measures operator "$bay" occupied=1:1
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
say "one stay is settled, the other in dispute, and nothing is lost"

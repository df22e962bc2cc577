#!/usr/bin/env bash
# Cold chain: a maker, a carrier, a pharmacy and an insurer agree on a contract, each at its own node on one ledger.
# A box measures its temperature. It arrives cool, and everybody is paid; another one gets too warm, and is refused.
# Nobody does anything after signing.
#   examples/cold-chain/run.sh [FOLDER]     where the four members keep their data (default: a new temporary folder)
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
home=$(cd -- "$here/../.." && pwd)
folder=${1:-$(mktemp -d)}
port=${PORT:-18080} mqtt=${MQTT_PORT:-18830} engine=${ENGINE_PORT:-27656} between=${MEMBERS_PORT:-18443}
mkdir -p "$folder"

t() { local member=$1; shift; "$home/thingstead" "$@" --data "$folder/$member"; }
say() { printf '\n== %s\n' "$*"; }

say "four members found a ledger in $folder"
"$home/thingstead" demo --members 4 --data "$folder" --port "$port" --mqtt-port "$mqtt" --engine-port "$engine" \
  --members-port "$between" >"$folder/members.log" 2>&1 &
members=$!
trap 'kill "$members" 2>/dev/null || true; wait "$members" 2>/dev/null || true' EXIT
for ((i = 0; i < 600; i++)); do
  grep -q 'members are alive' "$folder/members.log" && break
  kill -0 "$members" 2>/dev/null || { tail -20 "$folder/members.log"; exit 1; }
  sleep 0.5
done
grep -q 'members are alive' "$folder/members.log" || { tail -20 "$folder/members.log"; exit 1; }

say "the insurer issues euros, 5000.00 to each"
t insurer money asset EUR
for member in maker carrier pharmacy insurer; do t insurer money issue 5000.00 EUR --to "$member"; done

say "the maker's box gets a key of its own"
[ -e "$folder/box.pem" ] || t maker device add vaccine-1 --key "$folder/box.pem" | head -1

"$home/thingstead" contract template cold-chain | sed 's/bank:EUR/insurer:EUR/; s/maker:box-1/maker:vaccine-1/' >"$folder/cold-chain.yaml"
terms=(--set too_long="20 s" --set inspection_time="1 min"
  --set maker=member/maker --set carrier=member/carrier --set pharmacy=member/pharmacy --set insurer=member/insurer)
"$home/thingstead" contract check "$folder/cold-chain.yaml" "${terms[@]}"

# Drafted by the maker, signed by all four, each at its own node.
agree() {
  t maker contract draft "$folder/cold-chain.yaml" "${terms[@]}" | tail -1
  local number=$1 member
  for member in maker carrier pharmacy insurer; do t "$member" contract sign "$number" | tail -1; done
}

# What the n-th member's node says over HTTP.
ask() { curl -fsS "http://127.0.0.1:$((port + $1))$2"; }

# Waits until the contract has ended, and shows how.
ended() {
  local number=$1 i
  for ((i = 0; i < 600; i++)); do
    ask 2 "/api/contracts/$number" | grep -q '"status":"ended"' && break
    sleep 0.5
  done
  t pharmacy contract status "$number" | tee "$folder/status"
  grep -q "ended in “$2”" "$folder/status" || { say "contract $number was to end in “$2”"; exit 1; }
}

# All four members say the same of all four balances, and it is what was to be.
balances() {
  local names=(maker carrier pharmacy insurer) n whose
  cat >"$folder/expected"
  for n in 0 1 2 3; do
    for whose in "${names[@]}"; do
      printf '%s %s\n' "$whose" "$(ask $n "/api/accounts/member/$whose" | grep -o '"amount":"[0-9.]*"' | head -1 | cut -d'"' -f4)"
    done >"$folder/balances"
    diff "$folder/expected" "$folder/balances" || { say "${names[n]} has other balances"; exit 1; }
  done
  cat "$folder/balances"
}

say "the first box stays cool, and arrives"
agree 1
t maker device send --key "$folder/box.pem" temperature=5.2:Cel --times 5
t maker device send --key "$folder/box.pem" temperature=5.4:Cel arrived=1
ended 1 delivered
balances <<'EOF'
maker 5900.00
carrier 5080.00
pharmacy 4000.00
insurer 5020.00
EOF

say "the second box gets too warm on its way"
agree 2
t maker device send --key "$folder/box.pem" temperature=9.4:Cel --times 25
ended 2 refused
balances <<'EOF'
maker 6780.00
carrier 4880.00
pharmacy 4200.00
insurer 4140.00
EOF

say "one warm reading, proven in one file that anybody checks"
rm -f "$folder/warm.proof.json" "$folder/members.trust.json"
t maker prove --device maker:vaccine-1 --number 20 --output "$folder/warm.proof.json" --trust-output "$folder/members.trust.json"
"$home/thingstead" verify "$folder/warm.proof.json" --trust "$folder/members.trust.json"
say "both contracts ended as agreed, and all four members say so"

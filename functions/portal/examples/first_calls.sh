#!/bin/sh
# Un métier cherché, un besoin publié, les profils masqués qui y répondent.
# PASSERELLE_URL : l’adresse de l’API ; PASSERELLE_KEY : votre clé (psk_test.…), droits demands:write et matching:read ;
# START et END : le premier et le dernier jour du prêt, tels que 2027-02-01.
set -eu

ask() {
  curl --silent --show-error --fail-with-body --header "Authorization: ApiKey $PASSERELLE_KEY" \
    --header "Content-Type: application/json" "$@"
}

ask --get "$PASSERELLE_URL/vocabulary/occupations" --data-urlencode "q=monteur aéronautique" --data limit=3
echo

demand=$(ask "$PASSERELLE_URL/demands" --header "Idempotency-Key: $(date +%s)-$$" --data "{
  \"occupation\": \"H2901\", \"experience\": \"0-2\", \"municipality\": \"76540\",
  \"start_date\": \"$START\", \"end_date\": \"$END\",
  \"working_time\": \"full_time\", \"shift\": \"day\", \"headcount\": 1 }")
id=$(echo "$demand" | sed 's/.*"id":"\(dem_[^"]*\)".*/\1/')
echo "$id"

sleep 2 # le besoin est indexé dans les secondes qui suivent
ask "$PASSERELLE_URL/matching/demands/$id/matches"
echo

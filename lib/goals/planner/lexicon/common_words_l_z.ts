/**
 * Frequent English words and proper names, L to Z. A word of a goal that stands here is spelt as meant, so the typo corrector
 * leaves it alone; nothing else is decided by this list.
 *
 * @module
 */

const WORDS = `
lab label labeled labels labor laboratories laboratory labour lack lacked lacking ladder ladies lady laid
lake lakes lamb lamp lancashire lancaster lance land landed landing landmark lands landscape lane lanes lang
language languages lanka lap laps laptop large largely larger largest larry larvae las laser last lasted
lasting late lately later lateral latest latin latino latter latvia laugh laughed laughing laughs laughter
launch launched launching laura laurel lauren laurence law lawn lawrence laws lawsuit lawyer lawyers lay
layer layers laying layout lea lead leader leaders leadership leading leads leaf league leagues lean leaned
leaning leans leap learn learned learning learns lease leased least leather leave leaves leaving lebanese
lebanon lecture lecturer lectures led lee leeds left leg legacy legal legally legend legendary legends
legion legislation legislative legislature legitimate legs leicester leigh leipzig leisure length lengths
lengthy lens leo leon leonard les lesbian leslie less lesser lesson lessons let lets letter letters letting
level levels levi lewis lgbt liam liberal liberation liberty libraries library licence license licensed
licked lid lie lied lies lieutenant life lifestyle lifetime lift lifted lifting liga light lighter
lighthouse lighting lightly lightning lights lightweight like liked likely likes likewise lily limbs
limestone limit limitations limited limits lin lincoln linda lindsay line linear lined liner lines lineup
linguistic link linked linking links linux lion lions lip lips liquid lisa lisbon list listed listen
listened listening listing lists lit literacy literally literary literature lithuania lithuanian little liu
live lived liver liverpool lives livestock living liz llc lloyd load loaded loading loan loans lobby local
locality locally locals locate located location locations lock locked locker locks locomotive locomotives
lodge log logan logic logical logistics logo london lone lonely long longer longest longtime look looked
looking looks loop loose loosely lopez lord lords lorenzo los lose loser loses losing loss losses lost lot
lots lou loud louder loudly louis louise louisiana louisville lounge love loved lovely lover lovers loves
loving low lower lowered lowest loyal loyalty ltd lucas lucia lucien luck lucky lucy ludwig luis luke lunar
lunch lung lungs lust luther lutheran luxembourg luxury lying lynch lynn lyon lyrics mac macdonald macedonia
machine machinery machines mack mackenzie mad madagascar madame made madison madness madonna madrid mae
magazine magazines maggie magic magical magnetic magnificent magnitude magnus maharashtra maid maiden mail
main maine mainland mainly mainstream maintain maintained maintaining maintains maintenance majesty major
majority make maker makers makes makeup making malay malaysia malaysian malcolm male males mall malta mama
mammals man manage managed management manager managers manages managing manchester mandate mandatory manga
manhattan manila manitoba mann manner manning manor mansion manual manuel manufacture manufactured
manufacturer manufacturers manufacturing manuscript manuscripts many maori map maple mapping maps mar
marathon marble marc march marched marching marco marcus mare margaret margin maria marie marina marine
marines mario marion maritime mark marked marker market marketed marketing markets marking marks marriage
married marry mars marsh marshal marshall martha martial martin martinez marty marvel mary maryland mask
mason mass massachusetts massacre masses massive master mastering masters match matched matches matching
mate material materials maternal math mathematical mathematics matrix matt matter matters matthew matthews
mature maurice max maximum maxwell may maya maybe mayor mccarthy mcdonald meal meals mean meaning means
meant meantime meanwhile measure measured measurement measurements measures measuring meat mechanical
mechanics mechanism mechanisms medal medals media median medical medicine medieval mediterranean medium meet
meeting meetings meets meg mel melbourne melissa melody melted member members membership membrane memoir
memorial memories memory memphis men mental mentally mention mentioned mentions mentor menu mercedes
merchant merchants mercury mercy mere meredith merely merged merger merit mess message messages messenger
met metal metallic metals meter meters method methodist methods metre metres metric metro metropolitan
mexican mexico meyer mhz mia miami mice michael michel michelle michigan mick mickey micro microsoft mid
middle midfielder midland midnight midway might mighty migration miguel mike mikhail milan mild mile miles
military militia milk mill millennium miller million millions mills milton milwaukee min mind minds mine
mineral miners mines ming mini minimal minimum mining minister ministers ministry minneapolis minnesota
minor minority minute minutes miracle miranda mirror miss missed missile missiles missing mission
missionaries missionary missions mississippi missouri mist mistake mistakes mister mistress mit mitch
mitchell mix mixed mixing mixture mlb moaned mob mobile mode model modeling models moderate modern modes
modest modifications modified module mohammad mohammed moist molecular molecules molly mom moment moments
momentum mon monarch monarchy monastery monday monetary money monica monitor monitoring monk monkey monks
monroe monster monsters montana monte montgomery month monthly months montreal monument monuments mood moon
moonlight moore moral more moreover morgan morning morocco morris morrison mortal morton moscow moses mosque
moss most mostly moth mother mothers motion motor motorcycle motors motto mound mount mountain mountains
mounted mouse mouth move moved movement movements moves movie movies moving mph mps mrs mtv much mud
muhammad muller multi multiple mumbai mumbled munich municipal municipalities municipality munster murder
murdered murders murmured murphy murray muscle muscles museum museums music musical musician musicians
muslim muslims must muttered mutual mvp myanmar myself mysterious mystery myth mythology nacional nadu nails
naked name named namely names naming nancy naples napoleon narrative narrator narrow narrowed narrowly nasa
nascar nash nashville nasty natalie nate nathan nation national nationalist nationality nationally nationals
nations nationwide native natives nato natural naturally nature nautical naval navigation navy nazi nba nbc
ncaa neal near nearby nearest nearly nebraska necessarily necessary neck ned nee need needed needing needle
needs negative negotiations negro neighbor neighborhood neighborhoods neighboring neighbors neighbourhood
neighbouring neil neill neither nelson neo nepal nephew nerve nerves nervous nervously nest net netherlands
network networks neutral nevada never nevertheless new newcastle newer newfoundland newly newman newport
news newspaper newspapers newton next nfl nhl nice nicholas nick nickname nicknamed nicolas nicole niece
nigeria nigerian night nightmare nights nina nine nineteen nineteenth nintendo ninth nixon noah nobel
nobility noble nobody nodded nodding nods noel noise nominated nomination nominations nominee non none
nonetheless noon nor nora norfolk normal normally norman north northeast northeastern northern northwest
northwestern norton norway norwegian norwich nose not notable notably note noted notes nothing notice
noticed noting notion notorious notre nottingham nova novel novelist novels november now nowhere nsw nuclear
number numbered numbers numerous nurse nurses nursing nuts oak oakland oath obama object objective
objectives objects oblast observation observations observatory observe observed observer obtain obtained
obtaining obvious obviously occasion occasional occasionally occasions occupation occupied occupy occur
occurred occurring occurs ocean oclc october odd odds off offense offensive offer offered offering offers
office officer officers offices official officially officials offs offshore often ohio oil okay oklahoma old
older oldest olive oliver olivia olympic olympics once one ones ongoing online only ontario onto onwards
open opened opening openly opens opera operate operated operates operating operation operational operations
operative operator operators opinion opinions opponent opponents opportunities opportunity opposed opposing
opposite opposition opted optical option optional options oral orange orbit orchestra ordained order ordered
orders ordinary ore oregon org organ organic organisation organisations organised organisms organization
organizations organize organized organizing organs oriental orientation oriented origin original originally
originated origins orlando orleans orthodox oscar oslo other others otherwise ottawa otto ottoman ought our
ourselves out outbreak outcome outdoor outer outfit outlets outline output outside outskirts outstanding
oval over overall overcome overhead overlooking overnight overseas overtime overwhelming owe owed owen owing
own owned owner owners ownership owns oxford oxygen pablo pace pacific pack package packed pad page pageant
pages paid pain painful paint painted painter painters painting paintings pair pairs pakistan pakistani
palace pale palestine palestinian palm palmer palms pan panama panel panels panic panties pants papal paper
papers par para parade paradise parallel parameters paramount parent parents paris parish parishes park
parked parker parking parks parkway parliament parliamentary parody part parted partial partially
participants participate participated participating participation particle particles particular particularly
parties partly partner partnered partners partnership parts party pass passage passed passenger passengers
passes passing passion passport past pastor pat patch patent path paths pathway patience patient patients
patriarch patricia patrick patriots patrol patron patted pattern patterns patterson paul paulo pause paused
paved pavilion pay paying payment payments pdf peace peaceful peak peaked peaks pearl pedro peer peered pen
penalties penalty peninsula penn pennsylvania penny pension people peoples pepper per perceived percent
percentage perception percussion percy perez perfect perfectly perform performance performances performed
performer performers performing performs perhaps period periods permanent permanently permission permit
permitted perry persian person personal personality personally personnel persons perspective persuaded perth
peru pet pete peter peters petersburg peterson petition petroleum petty phantom phase phases phd phenomenon
phil philadelphia philharmonic philip philippe philippine philippines phillip phillips philosopher
philosophical philosophy phoenix phone phones photo photograph photographer photographic photographs
photography photos phrase physical physically physician physicians physics pianist piano pick picked picking
picks picnic picture pictures pie piece pieces pier pierce pierre pig pike pile pillow pilot pilots pin pine
pink pinned pinyin pioneer pipe piper pipes pirate pirates pissed pistol pit pitch pitched pitcher
pittsburgh pity pizza place placed placement places placing plague plain plains plan plane planes planet
planets planned planning plans plant plantation planted plants plaque plasma plastic plate plateau plates
platform platforms platinum play played player players playing playoff playoffs plays playstation playwright
plaza pleaded pleasant please pleased pleasure plenty plot plus plymouth pocket pockets poem poems poet
poetry poets point pointed pointing points poison poker poland polar pole poles police policies policy
polish political politically politician politicians politics poll pollution polo pond pool pools poor poorly
pop pope popped popular popularity populated population populations porch port portable portal porter
portfolio portion portions portland portrait portraits portrayed ports portsmouth portugal portuguese
position positioned positions positive possess possessed possession possibilities possibility possible
possibly post postal posted posts pot potential potentially potter pottery pound pounding pounds pour poured
poverty powder powell power powered powerful powers practical practically practice practiced practices
practicing pradesh prague prairie praise praised pray prayer prayers pre preceded preceding precious precise
precisely precision predators predecessor predicted predominantly prefecture prefer preference preferred
pregnancy pregnant preliminary premier premiere premiered premiership premises preparation prepare prepared
preparing presbyterian presence present presentation presented presenter presenting presents preservation
preserve preserved presidency president presidential presidents press pressed pressing pressure prestigious
preston presumably pretend pretending pretty prevent prevented preventing prevention previous previously
prey price prices pride priest priests primarily primary prime primitive prince princes princess princeton
principal principle principles print printed printing prints prior priority prison prisoner prisoners
privacy private privately prix prize prizes pro probability probably problem problems procedure procedures
proceed proceeded proceedings proceeds process processes processing proclaimed produce produced producer
producers produces producing product production productions products prof profession professional
professionally professionals professor professors profile profit profits program programme programmes
programming programs progress progressed progressive prohibited project projected projects prominence
prominent promise promised promises promising promote promoted promoting promotion promotional prompted
pronounced proof propaganda proper properly properties property prophet proportion proposal proposals
proposed prose prosecution prosecutor prospect protagonist protect protected protecting protection
protective protein proteins protest protestant protested protests protocol prototype proud prove proved
proven provide provided providence provider providers provides providing province provinces provincial
provision provisional provisions proximity prussia prussian psychic psychological psychology pub public
publication publications publicity publicly publish published publisher publishers publishes publishing
puerto pull pulled pulling pulls pulse pump punch punched punishment punjab punk pupil pupils purchase
purchased pure purely purple purpose purposes purse pursue pursued pursuing pursuit push pushed pushing put
puts putting puzzle pyramid qatar qualification qualified qualifier qualify qualifying qualities quality
quantities quantity quantum quarter quarterback quarterfinals quarterly quarters quartet que quebec queen
queens queensland quest question questioned questioning questions quick quickly quiet quietly quinn quit
quite quoted rabbi rabbit race raced races rachel racial racing radar radiation radical radio radius raf
rafael rage raid raiders raids rail railroad railway railways rain rainbow rainfall raise raised raising raj
raja rally ralph ram ramon ran ranch random randy rang range ranger rangers ranges ranging rank ranked
ranking rankings ranks rao rap rape raphael rapid rapidly rapper rare rarely rat rate rated rates rather
rating ratings ratio rational rats raven raw ray raymond rays rca reach reached reaches reaching react
reaction reactions read reader readers readily reading reads ready reagan real realised realistic reality
realization realize realized realizes realizing really realm rear reason reasonable reasons rebecca rebel
rebellion rebels rebounds rebuilt recall recalled receive received receiver receives receiving recent
recently reception receptor recipient recognised recognition recognize recognized recommendations
recommended reconnaissance reconstruction record recorded recording recordings records recover recovered
recovery recreation recreational recruited rectangular rector recurring red redesignated reds reduce reduced
reducing reduction reed reef refer referee reference references referendum referred referring refers reflect
reflected reflecting reflection reflects reform reformed reforms refuge refugees refuse refused refuses
refusing regain regained regard regarded regarding regardless regards regent regime regiment regiments
regina region regional regions register registered registration regret regular regularly regulated
regulation regulations regulatory rehabilitation reid reign reinforced rejected related relating relation
relations relationship relationships relative relatively relatives relax relaxed relay release released
releases releasing relegated relegation relevant reliable relief relieved religion religions religious
relocated reluctant reluctantly rely remain remainder remained remaining remains remake remarkable remarked
remarks remember remembered remembering remind reminded remix remnants remote removal remove removed
removing renaissance renamed rendered rene renewed renovated renovation renowned rent rental rented reopened
repair repairs repeat repeated repeatedly replace replaced replacement replacing replied reply report
reported reportedly reporter reporters reporting reports represent representation representative
representatives represented representing represents republic republican republicans reputation request
requested requests require required requirement requirements requires requiring rescue rescued research
researcher researchers reservation reserve reserved reserves reservoir resided residence resident
residential residents resides residing resignation resigned resist resistance resolution resolve resolved
resort resource resources respect respected respective respectively respond responded response responses
responsibilities responsibility responsible rest restaurant restaurants rested resting restoration restore
restored restricted restrictions result resulted resulting results resumed retail retain retained retire
retired retirement retiring retreat retreated retrieved return returned returning returns reunion reunited
rev reveal revealed revealing reveals revelation revenge revenue revenues reverend reverse reversed review
reviewed reviewer reviews revised revival revived revolt revolution revolutionary reward rex rey reyes
reynolds rhine rhode rhodes rhythm ribbon ribs rica rice rich richard richards richardson richmond rick
ricky rico rid ride rider riders rides ridge ridiculous riding rifle rifles right rights rigid riley rim
ring rings rio riot rip ripped rise rises rising risk risks rita ritual rival rivalry rivals river rivers
riverside road roads roar rob robbie robe robert roberto roberts robertson robin robinson robot rochester
rock rocket rockets rocks rocky rod rode rodriguez roger rogers rogue roland role roles roll rolled roller
rolling rolls roman romance romania romanian romanized romans romantic rome romeo ron ronald ronnie roof
rookie room rooms roosevelt root roots rope rosa rose roses ross roster rotation roth rotten rough roughly
round rounded rounds route routes routine rovers row rowing rows roy royal rpm rubbed rubber rubbing ruby
rude rugby ruin ruined ruins rule ruled ruler rulers rules ruling rumors run runner runners running runs
runway rural rush rushed rushing russell russia russian russians ruth ryan ryder sabha sacramento sacred
sacrifice sad saddle sadness safe safely safety saga sage said sail sailed sailing sailor sailors saint
saints sake salary sale salem sales sally salmon salon salt salvador salvation sam samantha same sample
samples samuel san sanchez sanctuary sand sanders sandstone sandwich sandy sang sank sanskrit santa santiago
santo santos sao sara sarah saskatchewan sat satellite satisfaction satisfied saturday saudi savage savannah
save saved saving savings saw saxon saxophone say saying says scale scales scandal scanned scar scare scared
scarlet scary scattered scenario scene scenes scent schedule scheduled scheme schemes scholar scholarly
scholars scholarship school schools science sciences scientific scientist scientists scope score scored
scorer scores scoring scotia scotland scots scott scottish scout scouts scratch scream screamed screaming
screams screen screened screening screenplay screens screenwriter screw script sculptor sculpture sculptures
sea seal sealed sean search searched searching seas season seasonal seasons seat seated seating seats
seattle sebastian sec second secondary seconds secret secretary secretly secrets section sections sector
sectors secular secure secured securing securities security see seed seeds seeing seek seeking seeks seem
seemed seemingly seems seen sees segment segments seized select selected selection self sell selling semi
semifinals seminary sen senate senator senators send sending sends senior sensation sense sensed senses
sensitive sent sentence sentenced sentences seoul separate separated separately separation september sequel
sequence sequences serbia serbian sergeant serial serie series serious seriously servant servants serve
served server serves service services serving session sessions set seth sets setting settings settle settled
settlement settlements settlers settling seven seventeen seventh seventy several severe severely sex sexual
sexually sexy shade shadow shadows shaft shah shake shakes shakespeare shaking shall shallow shame shane
shanghai shannon shape shaped shapes share shared shares sharing shark sharks sharon sharp sharply shattered
shaw she shed sheep sheer sheet sheets sheffield shelf shell shells shelter shepherd sheriff sherman shi
shield shields shift shifted shifting shifts shin shine shining shiny ship shipped shipping ships shirley
shirt shirts shit shiva shock shocked shoe shoes shook shoot shooting shoots shop shopping shops shore short
shortened shorter shortly shorts shot shots should shoulder shoulders shouldn shout shouted shouting shoved
show showed shower showing shown shows shrine shrugged shut shuttle shy siblings sicily sick side sided
sides sidewalk sideways sidney siege sierra sigh sighed sight sign signal signals signature signed
significance significant significantly signing signs silence silent silently silk silly silva silver similar
similarities similarly simon simple simplified simply simpson simulation simultaneously sin since sinclair
sing singapore singer singers singh singing single singles sings sink sinking sip sir sister sisters sit
site sites sits sitting situated situation situations six sixteen sixth sixty size sized sizes skating
sketch ski skiing skill skilled skills skin skirt skull sky slam slammed slapped slave slavery slaves sleep
sleeping sleeve slender slept slid slide sliding slight slightly slim slip slipped slipping slope slopes
slot slovakia slovenia slow slowed slower slowly small smaller smallest smart smell smelled smile smiled
smiles smiling smith smoke smoking smooth snail snake snap snapped snow soap soccer social socialist
societies society sociology sofa sofia soft softball softly software soil solar sold soldier soldiers sole
solely solid solo solomon solution solutions solve some somebody somehow someone somerset something sometime
sometimes somewhat somewhere son song songs songwriter sonic sons sony soon sooner sophia sophie
sophisticated soprano sorry sort sorts sought soul souls sound sounded sounding sounds soundtrack soup
source sources south southampton southeast southeastern southern southwest southwestern sovereign
sovereignty soviet sox spa space spacecraft spaces spain span spanish spare spark sparks speak speaker
speakers speaking speaks spear special specialist specialized specially specialty species specific
specifically specified specimen specimens spectacular spectators spectrum speculation speech speed speeds
speedway spell spelled spelling spells spencer spend spending spent sphere spider spike spin spine spinning
spiral spirit spirits spiritual spite split spoke spoken sponsor sponsored sponsorship sport sporting sports
spot spots spotted spray spread spreading spring springfield springs sprint spun spy squad squadron
squadrons square squeeze squeezed sri stability stable stack stadium staff stage staged stages stained
staircase stairs stake stakes stamp stamps stan stance stand standard standards standing standings stands
stanford stanley star stare stared staring stark starred starring stars start started starter starting
startled starts state stated statement statements states static stating station stationed stations
statistical statistics statue statues status statute stay stayed staying stays steadily steady steal
stealing steam steel steep steering stefan stella stem stems step stephanie stephen stepped stepping steps
sterling stern steve steven stevens stewart stick sticks stiff still sting stint stock stockholm stole
stolen stomach stone stones stood stop stopped stopping stops storage store stored stores storey stories
storm storms story storyline straight straightened strain strained strait strand strange stranger strangers
strategic strategies strategy streak stream streaming streams street streets strength stress stretch
stretched stretching strict strictly strike striker strikes striking string strings strip stripped strode
stroke stroked strong stronger strongest strongly struck structural structure structures struggle struggled
struggles struggling sts stuart stuck student students studied studies studio studios study studying stuff
stuffed stumbled stunned stupid style styles sub subdivision subfamily subject subjects submarine submarines
submission submit submitted subsequent subsequently subsidiary subspecies substance substantial
substantially substitute subtle subtropical suburb suburban suburbs subway succeed succeeded success
successful successfully succession successive successor such suck sucked sudan sudden suddenly sue suffer
suffered suffering sufficient suffolk sugar suggest suggested suggesting suggestion suggests suicide suit
suitable suite suited suits sullivan sultan sum summary summer summers summit summoned sun sunday sung sunk
sunlight sunny sunset sunshine super superintendent superior superman supernatural supervision supervisor
supplement supplied supplies supply support supported supporter supporters supporting supports suppose
supposed supposedly supreme sur sure surely surface surfaces surge surgeon surgery surgical surname surprise
surprised surprising surprisingly surrender surrendered surrey surrounded surrounding surroundings
surveillance survey surveys survival survive survived surviving survivor survivors susan suspect suspected
suspended suspension suspicion suspicious sussex sustainable sustained sutton swallow swallowed swamp swan
swear sweat sweden swedish sweep sweeping sweet sweetheart swept swift swiftly swim swimming swing swinging
swiss switch switched switching switzerland sword swords sworn swung sydney symbol symbolic symbols sympathy
symphony symptoms syndrome synonym synthesis synthetic syracuse syria syrian system systematic systems table
tables tackle tackles tactical tactics tag tail taiwan take taken takes taking tale talent talented talents
tales talk talked talking talks tall taller tamil tampa tan tang tank tanks tanzania tap tape tapped tara
target targeted targets task tasks tasmania taste tasted tate tattoo taught tax taxes taxi taylor tea teach
teacher teachers teaches teaching teachings team teamed teammate teams tear tears teasing tech technical
technically technique techniques technological technologies technology ted teddy teen teenage teenager teeth
tel telecommunications telegraph telephone television tell telling tells telugu temper temperature
temperatures temple temples temporarily temporary ten tend tended tendency tender tends tennessee tennis
tenor tense tension tent tenth tenure teresa term termed terminal terminated terminus terms terrace terrain
terrestrial terrible terrified territorial territories territory terror terrorism terrorist terry test
testament tested testimony testing tests texas text textile texts thai thailand thames than thank thanks
that the theater theaters theatre theatrical theft their them theme themed themes themselves then theodore
theological theology theorem theoretical theories theory therapy there thereafter thereby therefore thermal
these thesis they thick thief thigh thighs thin thing things think thinking thinks third thirds thirteen
thirty this thomas thompson thomson thoroughly those though thought thoughts thousand thousands thread
threat threatened threatening threats three threshold threw thriller throat throne through throughout throw
throwing thrown throws thrust thumb thunder thursday thus tibetan ticket tickets tide tie tied tier ties
tiger tigers tight tightened tighter tightly till tilted tim timber time times timing timothy tin tina tiny
tip tipped tips tired tissue title titled titles tobacco toby today todd toe toes together toilet tokyo told
toll tom tomas tomb tommy tomorrow ton tone tones tongue tonight tonnes tons tony too took tool tools tooth
top topic topics topped torch tore torn tornado toronto torpedo torture tortured toss tossed total totally
touch touchdown touchdowns touched touching tough tour toured touring tourism tourist tourists tournament
tournaments tours toward towards towel tower towers town towns township toxic toy toyota toys trace traced
traces track tracking tracks tracy trade traded trademark trading tradition traditional traditionally
traditions traffic trafficking tragedy trail trailed trailer trailing trails train trained trainer training
trains tram trans transaction transactions transfer transferred transform transformation transformed transit
transition translated translation translations translator transmission transmitted transmitter transport
transportation transported trap trapped trash trauma travel traveled traveling travelled travelling travels
travis tray treasure treasurer treasury treat treated treating treatment treaty tree trees trek trembling
trend trent trevor trial trials triangle tribal tribe tribes tribunal tribune tributary tribute trick tricks
tried tries trigger trilogy trim trinidad trinity trio trip triple trips tristan triumph troop troops trophy
tropical trouble troubled troy truck trucks true truly trump trumpet trunk trust trusted trustees truth try
trying tube tubes tucked tucker tuesday tugged tune tunnel tunnels turkey turkish turn turned turner turning
turns twelfth twelve twentieth twenty twice twin twins twist twisted twitter two tyler type types typical
typically ucla uefa ufc uganda ugly ukraine ukrainian ulster ultimate ultimately ultra unable unaware
uncertain uncertainty uncle unclear uncomfortable unconscious uncredited und under undergraduate underground
underlying underneath understand understanding understood undertaken undertook underwater underwent
unemployment unesco unexpected unfortunately unhappy unified uniform uniforms unincorporated union unions
unique unit united units unity universal universe universities university unknown unless unlike unlikely
unofficial unsuccessful unsuccessfully unsure until unusual unveiled upcoming update updated upgrade
upgraded upon upper upright uprising ups upset upstairs upward urban urdu urge urged uruguay usa usage use
used useful useless user users uses using uss ussr usual usually utah utc utility utilized utterly vacant
vacation vacuum val vale valentine valid valley valleys valuable value valued values valve vampire vampires
van vancouver vanished variable variables variant variants variation variations varied varies varieties
variety various varsity vary varying vast vatican vault vector vegas vegetables vegetation vehicle vehicles
veins velocity velvet venezuela venice venture venue venues venus vera verb verbal vermont vernon verse
verses version versions versus vertical very vessel vessels veteran veterans via vic vicar vice vicinity
victim victims victor victoria victorian victories victory video videos vienna vietnam vietnamese view
viewed viewers viewing views vii viii villa village villagers villages villain vince vincent vinyl viola
violation violence violent violet violin virgin virginia virtual virtually virtue virus visa viscount
visible vision visions visit visited visiting visitor visitors visits visual vital vladimir vocal vocalist
vocals voice voiced voices void voivodeship vol volcanic volleyball voltage volume volumes voluntary
volunteer volunteers von vote voted voters votes voting vowel voyage vulnerable wade wage wages wagner wagon
waist wait waited waiting wake waking wales walk walked walker walking walks wall wallace walls walsh walt
walter wang wanna want wanted wanting wants war ward wards warehouse warfare warm warmth warn warned warner
warning warrant warren warrior warriors wars warsaw wartime was wash washed washing washington wasn waste
watch watched watches watching water waters watershed watson watts wave waved waves waving way wayne ways
weak weakened weakness wealth wealthy weapon weapons wear wearing wears weather web webb website websites
webster wedding wednesday week weekend weekly weeks wei weight weird welcome welcomed welfare well
wellington wells welsh went were weren wesley west western westminster wet what whatever wheat wheel wheels
when whenever where whereas wherever whether which while whilst whip whipped whisper whispered whispers
white whites whitney who whoever whole wholly whom whose why wicked wickets wide widely widened wider
widespread widow width wife wild wilderness wildlife wilhelm will william williams willie willing willis
willow wilson win wind window windows winds windsor wine wing wings wingspan winner winners winning winnipeg
wins winston winter winters wiped wire wireless wisconsin wisdom wise wish wished wishes wishing witch
witches with withdraw withdrawal withdrawn withdrew within without witness witnessed witnesses wives wizard
woke wolf wolves woman women won wonder wondered wonderful wondering wong wood wooden woodland woods wool
worcester word words wore work worked worker workers working works workshop workshops world worlds worldwide
worn worried worry worse worship worst worth worthy would wouldn wound wounded wounds wow wrap wrapped
wrapping wreck wrestler wrestling wright wrist wrists write writer writers writes writing writings written
wrong wrote wwe www wyoming xavier xbox yacht yale yang yanked yankees yard yards yeah year yearly years
yelled yellow yes yesterday yet yield york yorkshire you young younger youngest your yours yourself youth
youtube yuan yugoslav yugoslavia zach zane zealand zero zhang zimbabwe zoe zombie zone zones zoo zurich
`;

/** Words that are never taken for a typing error, L to Z. */
export const COMMON_WORDS_L_Z: readonly string[] = WORDS.trim().split(/\s+/);

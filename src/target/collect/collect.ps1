# Gathers what a Dataverse environment has into a folder for 'solvet target add MANIFEST FOLDER'.
# It only reads: every call is a GET, and no value of an environment variable is asked for.
# Works in PowerShell 7 and in Windows PowerShell 5.1.
#
#   az login
#   ./collect.ps1 https://contoso.crm4.dynamics.com target-facts
#
# Instead of az, the environment variable DATAVERSE_TOKEN may hold an access token for the environment.
param(
    [Parameter(Mandatory = $true)] [string] $Org,
    [string] $Folder = 'target-facts'
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

$Org = $Org.TrimEnd('/')
$Api = "$Org/api/data/v9.2"
$Token = $env:DATAVERSE_TOKEN
if (-not $Token) {
    $Token = az account get-access-token --resource $Org --query accessToken --output tsv
    if (-not $Token) { throw "No access token: sign in with 'az login', or set DATAVERSE_TOKEN." }
}
$null = New-Item -ItemType Directory -Force -Path $Folder
$Folder = (Resolve-Path $Folder).Path
$Utf8 = New-Object System.Text.UTF8Encoding($false)
$Files = New-Object System.Collections.ArrayList

# The text of an answer; nothing where there is no such table or no right to read it.
function Get-Answer([string] $Address, [string] $What, [string] $Accept = 'application/json') {
    $headers = @{ Authorization = "Bearer $Token"; Accept = $Accept; 'OData-Version' = '4.0'; 'OData-MaxVersion' = '4.0' }
    try {
        $answer = Invoke-WebRequest -UseBasicParsing -Method Get -Uri $Address -Headers $headers
        $answer.RawContentStream.Position = 0
        $reader = New-Object System.IO.StreamReader($answer.RawContentStream, $Utf8)
        return $reader.ReadToEnd()
    } catch {
        $status = 0
        if ($_.Exception.Response) { $status = [int] $_.Exception.Response.StatusCode }
        if (@(400, 403, 404, 501) -contains $status) {
            Write-Warning "left out ${What}: the environment answers $status (no such table, or no right to read it)"
            return $null
        }
        if ($status -eq 401) { throw 'The environment does not accept the token (401): sign in again.' }
        throw "The environment answers $status for ${What}; try again later. $($_.Exception.Message)"
    }
}

function Add-File([string] $File, [string] $Query, [string] $Complete) {
    $null = $Files.Add(@{ file = $File; query = $Query; complete = @($Complete.Trim('[]').Split(',') | ForEach-Object { $_.Trim('"') } | Where-Object { $_ }) })
}

# Saves an answer with all its pages, one page a line.
function Save-Answer([string] $File, [string] $Query, [string] $Complete, [string] $Scope) {
    Write-Host "  $File"
    if ($Scope -eq 'owned' -and -not $Admin) { $Complete = '[]' }
    $lines = New-Object System.Text.StringBuilder
    $address = "$Api/$Query"
    while ($address) {
        $text = Get-Answer $address $File
        if ($null -eq $text) { return }
        $null = $lines.AppendLine($text.Trim())
        # The link is the last key of a page, and its text is plain; reading the whole page would cut what is nested deep.
        $link = [regex]::Match($text, '"@odata\.nextLink"\s*:\s*"([^"]+)"')
        $address = if ($link.Success) { $link.Groups[1].Value.Replace('\/', '/').Replace('\u0026', '&') } else { $null }
    }
    [IO.File]::WriteAllText((Join-Path $Folder $File), $lines.ToString(), $Utf8)
    Add-File $File $Query $Complete
}

# Rows that belong to users are complete only for a system administrator, whose role is made of this template.
$Admin = $false
$who = Get-Answer "$Api/WhoAmI" 'WhoAmI'
if ($who) {
    $user = ($who | ConvertFrom-Json).UserId
    $roles = Get-Answer "$Api/systemusers($user)/systemuserroles_association?`$select=_roletemplateid_value" 'the roles of the user'
    $Admin = [bool] ($roles -match '627090ff-40a3-4053-8790-584edc5be201')
}
if (-not $Admin) { Write-Warning 'The user is no system administrator: processes, roles and the like may be listed in part.' }

# @queries

Write-Host '  metadata.xml'
$metadata = Get-Answer "$Api/`$metadata" 'metadata.xml' 'application/xml'
if ($metadata) {
    [IO.File]::WriteAllText((Join-Path $Folder 'metadata.xml'), $metadata, $Utf8)
    Add-File 'metadata.xml' '$metadata' '[]'
}

if (Get-Command pac -ErrorAction SilentlyContinue) {
    $applications = pac application list --environment $Org
    if ($LASTEXITCODE -eq 0) {
        [IO.File]::WriteAllText((Join-Path $Folder 'applications.txt'), ($applications -join "`n"), $Utf8)
        Add-File 'applications.txt' 'pac application list' '[]'
    } else {
        Write-Warning "left out applications.txt: sign in with 'pac auth create --environment $Org' to list applications"
    }
}

$collected = @{
    collectVersion = 1
    at = (Get-Date).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')
    environment = @{ url = $Org }
    files = @($Files)
}
[IO.File]::WriteAllText((Join-Path $Folder 'collect.json'), ($collected | ConvertTo-Json -Depth 10), $Utf8)
Write-Host "Written to $Folder. Next: solvet target add MANIFEST $Folder"
